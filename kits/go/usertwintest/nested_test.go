package usertwintest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

type result struct {
	output string
	failed bool
}

// nestedCommand runs TestNested in a process of its own: what a failing test prints, and what a killed one leaves.
func nestedCommand(t testing.TB, name string, environment ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "-test.run=^TestNested$", "-test.v", "-test.timeout=60s")
	command.Env = append(append(os.Environ(), "NESTED="+name), environment...)
	return command
}

func nested(t testing.TB, name string, environment ...string) result {
	t.Helper()
	output, err := nestedCommand(t, name, environment...).CombinedOutput()
	return result{string(output), err != nil}
}

func TestNested(t *testing.T) {
	name := os.Getenv("NESTED")
	switch name {
	case "":
		t.Skip("runs inside other tests")
	case "seed-invalid":
		World(t, Seed(`{"users": [{"username": "a", "nonsense": 1}]}`))
		return
	case "seed-missing":
		World(t, Seed("nowhere.json"))
		return
	case "flags-wrong":
		World(t, Flags("--auth", "none"))
		return
	case "strict":
		w := World(t, StrictAdvice())
		get(t, w.URL()+ada, "Accept", imageGif)
		return
	}
	w := World(t)
	switch name {
	case "pass":
		get(t, w.URL()+ada)
	case "advice":
		get(t, w.URL()+ada, "Accept", imageGif)
	case "failure":
		get(t, w.URL()+ada, "Accept", imageGif)
		get(t, w.URLs.Reseller+"/v1.0/nothing")
		t.Fatal("on purpose")
	case "verify":
		get(t, w.URL()+ada)
		w.Verify(Match{Operation: "getUser", Path: "/v1/core/Accounts/2/users/7"}, Exactly(1))
	case "verify-typo":
		w.Verify(Match{Operation: "getUsr"}, Exactly(0))
	case "state":
		w.SetState(map[string]any{"users": []any{map[string]any{"username": "a", "nonsense": 1}}})
	case "stay":
		fmt.Printf("server %d\nworld %s\n", w.Server().PID(), w.Name())
		get(t, w.URL()+ada)
		t.Fatal("on purpose")
	case "dead":
		process, err := os.FindProcess(w.Server().PID())
		if err != nil {
			t.Fatal(err)
		}
		process.Kill()
		began := time.Now()
		t.Cleanup(func() { fmt.Printf("told after s: %d\n", time.Since(began)/time.Second) })
		w.Requests()
	case "hang":
		fmt.Printf("server %d\n", w.Server().PID())
		os.Stdout.Sync()
		time.Sleep(50 * time.Second)
	default:
		t.Fatalf("no nested test %q", name)
	}
}

func TestNoOrphan(t *testing.T) {
	command := nestedCommand(t, "hang", "USERTWIN_URL=")
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	server := 0
	for lines := bufio.NewScanner(output); server == 0 && lines.Scan(); {
		if number, found := strings.CutPrefix(lines.Text(), "server "); found {
			server, _ = strconv.Atoi(number)
		}
	}
	if !alive(server) {
		t.Fatalf("no server: %d", server)
	}
	command.Process.Kill()
	for killed := time.Now(); alive(server); time.Sleep(20 * time.Millisecond) {
		if time.Since(killed) > 2*time.Second {
			t.Fatalf("the server %d is left", server)
		}
	}
	command.Wait()
}

// alive says whether a process runs; one that only waits for its parent does not.
func alive(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return pid != 0 && err == nil && !strings.Contains(string(status), ") Z ")
}
