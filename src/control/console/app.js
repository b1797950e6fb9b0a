// The console's first page: which server this is.

const answer = await fetch("health");
const health = await answer.json();
document.getElementById("app").textContent = `usertwin ${health.version} is ${health.status}`;
