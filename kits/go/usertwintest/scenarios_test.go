package usertwintest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	ada      = "/v1/core/Accounts/2/users/1"
	hedy     = "/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/0c8a3f5e-6d0b-4f27-9c55-2b7f3f0a1e04"
	oneUser  = `{"users": [{"username": "solo", "email": "solo@example.com", "pbnb": {"accountId": 2}}], "pbnb": {"accounts": [{"id": 2}]}}`
	imageGif = "image/gif"
)

// send is the client app of these tests: it returns status and body.
func send(t testing.TB, method, address, body string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("AuthToken", "good")
	request.Header.Set("Authorization", "Bearer good")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func get(t testing.TB, address string, headers ...string) (int, string) {
	t.Helper()
	return send(t, http.MethodGet, address, "", headers...)
}

func rename(t testing.TB, w *TestWorld, name string) {
	t.Helper()
	if status, body := send(t, http.MethodPatch, w.URLs.PBNB+ada, `{"Username":"`+name+`"}`); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
}

func nameOfAda(t testing.TB, w *TestWorld) string {
	t.Helper()
	_, body := get(t, w.URLs.PBNB+ada)
	var answer struct{ Data struct{ Username string } }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return answer.Data.Username
}

func expect[T comparable](t testing.TB, what string, was, want T) {
	t.Helper()
	if was != want {
		t.Fatalf("%s: %v, not %v", what, was, want)
	}
}

func contains(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Fatalf("no %q in:\n%s", part, text)
		}
	}
}

func TestWorldsApart(t *testing.T) {
	// Both tests are halfway through when either looks at what the other did.
	var halfway sync.WaitGroup
	halfway.Add(2)
	both := make(chan struct{})
	go func() { halfway.Wait(); close(both) }()
	test := func(name, faulty, served string) func(*testing.T) {
		return func(t *testing.T) {
			t.Parallel()
			w := World(t)
			w.Fault(Fault{Match: Match{Path: faulty}, Effect: Effect{Status: 503}})
			rename(t, w, name)
			halfway.Done()
			select {
			case <-both:
			case <-time.After(20 * time.Second):
				t.Fatal("the tests do not run at once")
			}
			expect(t, "name", nameOfAda(t, w), name)
			expect(t, "requests", len(w.Requests()), 2)
			ours, _ := get(t, w.URLs.PBNB+faulty)
			theirs, _ := get(t, w.URLs.PBNB+served)
			expect(t, "own fault", ours, 503)
			expect(t, "the other's fault", theirs, 200)
		}
	}
	const grace, charles = "/v1/core/Accounts/2/users/2", "/v1/core/Accounts/2/users/3"
	t.Run("tests", func(t *testing.T) {
		t.Run("one", test("countess", grace, charles))
		t.Run("two", test("lovelace", charles, grace))
	})
}

func TestUrls(t *testing.T) {
	w := World(t)
	contains(t, w.URL(), "http://127.0.0.1:", "/w/TestUrls-")
	for address, status := range map[string]int{
		w.URLs.PBNB + ada:                           200,
		w.URLs.Reseller + "/v1.0/accounts":          200,
		w.URLs.Expoints + "/external/api/v3/role":   200,
		w.URLs.AdminUsers + "/api/v1/admin/users":   200,
		w.URLs.Reseller + "/v1.0/" + "nothing/here": 404,
	} {
		was, body := get(t, address)
		if was != status {
			t.Errorf("%s: %d %s", address, was, body)
		}
	}
	expect(t, "world", w.URLs.PBNB, w.URL())
	expect(t, "requests of this world", len(w.Requests()), 5)
}

func TestFault(t *testing.T) {
	w := World(t)
	w.Fault(Fault{Match: Match{API: "pbnb"}, Times: 1, Effect: Effect{Status: 503}})
	first, _ := get(t, w.URLs.PBNB+ada)
	second, _ := get(t, w.URLs.PBNB+ada)
	expect(t, "first", first, 503)
	expect(t, "second", second, 200)
}

func TestVerify(t *testing.T) {
	w := World(t)
	get(t, w.URLs.PBNB+ada)
	w.Verify(Match{API: "pbnb", Operation: "getUser"}, Exactly(1))
	w.Verify(Match{Method: "GET", Path: ada, Status: 200})
	w.Verify(Match{}, Between(1, 2))
	w.Verify(Match{Status: 500}, AtMost(0))
	out := nested(t, "verify").output
	contains(t, out, "--- FAIL: TestNested", "there were 0, of 1 request", "near: GET "+ada+" -> 200", "path was "+ada)
}

func TestVerifyTypo(t *testing.T) {
	out := nested(t, "verify-typo").output
	contains(t, out, "--- FAIL: TestNested", "'getUsr' is not an operation: there are getUser")
	if strings.Contains(out, "0 requests") {
		t.Fatal(out)
	}
}

func TestAdvice(t *testing.T) {
	w := World(t)
	get(t, w.URLs.PBNB+ada)
	expect(t, "advice", len(w.Advice()), 0)
	get(t, w.URLs.PBNB+ada, "Accept", imageGif)
	get(t, w.URLs.PBNB+ada, "Accept", imageGif)
	advice := w.Advice()
	expect(t, "advice", len(advice), 1)
	expect(t, "code", advice[0].Code, "negotiation.fallback")
	expect(t, "count", advice[0].Count, 2)
	contains(t, advice[0].Message, "Accept")
}

func TestRequests(t *testing.T) {
	w := World(t)
	get(t, w.URLs.PBNB+ada+"?expand=resourceIDs")
	get(t, w.URLs.Reseller+"/v1.0/nothing")
	requests := w.Requests()
	expect(t, "requests", len(requests), 2)
	expect(t, "first", requests[0].String(), "GET "+ada+"?expand=resourceIDs -> 200")
	expect(t, "operation", requests[0].Operation, "getUser")
	contains(t, requests[0].Response.Body.Text, "ada.private")
	expect(t, "second", requests[1].Status, 404)
	expect(t, "filtered", len(w.Requests(RequestFilter{Status: 404})), 1)
}

func TestDiff(t *testing.T) {
	w := World(t)
	expect(t, "empty", w.Diff().Empty, true)
	rename(t, w, "countess")
	diff := w.Diff()
	expect(t, "empty", diff.Empty, false)
	expect(t, "changed", len(diff.Changed), 1)
	member := diff.Changed[0].Members[0]
	expect(t, "member", member.Path, "username")
	expect[any](t, "before", member.Before, "ada")
	expect[any](t, "after", member.After, "countess")
	w.Reset()
	expect(t, "empty", w.Diff().Empty, true)
	expect(t, "requests", len(w.Requests()), 0)
}

func TestState(t *testing.T) {
	w := World(t)
	expect[any](t, "username", w.State()["users"].([]any)[0].(map[string]any)["username"], "ada")
	w.SetState(json.RawMessage(oneUser))
	users := w.State()["users"].([]any)
	expect(t, "users", len(users), 1)
	expect(t, "name", nameOfAda(t, w), "solo")
	contains(t, nested(t, "state").output, "--- FAIL: TestNested", "users[0].nonsense")
}

func TestSnapshot(t *testing.T) {
	w := World(t)
	rename(t, w, "first")
	first := w.Snapshot()
	rename(t, w, "second")
	second := w.Snapshot()
	rename(t, w, "third")
	for range [2]int{} {
		w.Restore(first)
		expect(t, "name", nameOfAda(t, w), "first")
		rename(t, w, "fourth")
		w.Restore(second)
		expect(t, "name", nameOfAda(t, w), "second")
	}
}

func TestClock(t *testing.T) {
	w := World(t)
	noon := time.Date(2030, 1, 1, 12, 0, 0, 123456700, time.UTC)
	w.Clock.Freeze(noon)
	expect(t, "now", w.Clock.Now(), noon)
	rename(t, w, "countess")
	members := w.Diff().Changed[0].Members
	expect[any](t, "modified", members[len(members)-1].After, "2030-01-01T12:00:00.1234567Z")

	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"secret"}, "scope": {"api/.default"}}
	_, body := send(t, http.MethodPost, w.URLs.Expoints+"/common/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	var issued struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal([]byte(body), &issued); issued.Token == "" {
		t.Fatal(body)
	}
	roles := func() int {
		status, _ := get(t, w.URLs.Expoints+"/external/api/v3/role", "Authorization", "Bearer "+issued.Token)
		return status
	}
	expect(t, "fresh token", roles(), 200)
	w.Clock.Advance(2 * time.Hour)
	expect(t, "token two hours later", roles(), 401)
	expect(t, "now", w.Clock.Now(), noon.Add(2*time.Hour))
}

func TestDurationsOfTheClock(t *testing.T) {
	for by, text := range map[time.Duration]string{
		time.Hour: "PT3600S", -90 * time.Second: "-PT90S", 1500 * time.Millisecond: "PT1.5S", 0: "PT0S", -time.Nanosecond: "-PT0.000000001S", 10 * time.Second: "PT10S",
	} {
		expect(t, "duration", iso8601(by), text)
	}
}

func TestOutbox(t *testing.T) {
	w := World(t)
	expect(t, "mails", len(w.Outbox()), 0)
	status, body := send(t, http.MethodPost, w.URLs.Reseller+hedy+"/sendActivationEmail", "")
	if status != 204 {
		t.Fatalf("%d %s", status, body)
	}
	mails := w.Outbox()
	expect(t, "mails", len(mails), 1)
	expect(t, "kind", mails[0].Kind, "activation")
	expect(t, "to", mails[0].To, "hedy@example.com")
	contains(t, mails[0].Link, w.URL(), "activate?")
}

func TestSeed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(file, []byte(oneUser), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, seed := range []any{oneUser, file, json.RawMessage(oneUser)} {
		w := World(t, Seed(seed))
		expect(t, "name", nameOfAda(t, w), "solo")
		expect(t, "empty", w.Diff().Empty, true)
		rename(t, w, "duo")
		expect[any](t, "before", w.Diff().Changed[0].Members[0].Before, "solo")
		w.Reset()
		expect(t, "name after reset", nameOfAda(t, w), "solo")
		expect(t, "empty after reset", w.Diff().Empty, true)
	}
	expect(t, "users of an empty world", len(World(t, Seed("empty")).State()["users"].([]any)), 0)
	contains(t, nested(t, "seed-invalid").output, "--- FAIL: TestNested", "users[0].nonsense")
	contains(t, nested(t, "seed-missing").output, "--- FAIL: TestNested", "nowhere.json")
}

func TestFailureReport(t *testing.T) {
	out := nested(t, "failure").output
	contains(t, out, "--- FAIL: TestNested", "requests of the world TestNested-", "GET "+ada+" -> 200", "! negotiation.fallback: Accept matched", "GET /api/v1.0/nothing -> 404")
	if passed := nested(t, "pass").output; strings.Contains(passed, "requests of the world") {
		t.Fatalf("a passed test reports:\n%s", passed)
	}
}

func TestStrictAdvice(t *testing.T) {
	for _, one := range []result{nested(t, "strict"), nested(t, "advice", "USERTWIN_STRICT_ADVICE=1")} {
		contains(t, one.output, "--- FAIL: TestNested", "strict advice", "negotiation.fallback (1)", "! negotiation.fallback: Accept")
		expect(t, "failed", one.failed, true)
	}
	expect(t, "failed without strict advice", nested(t, "advice").failed, false)
	expect(t, "failed without advice", nested(t, "pass", "USERTWIN_STRICT_ADVICE=1").failed, false)
}

func TestDroppedAfterPass(t *testing.T) {
	server := Start(t)
	var passed, snapshot, unused string
	t.Run("passed", func(t *testing.T) {
		w := World(t, Seed(oneUser))
		rename(t, w, "countess")
		passed, snapshot = w.Name(), w.Snapshot().world
	})
	t.Run("unused", func(t *testing.T) { unused = World(t).Name() })
	t.Run("dropped", func(t *testing.T) {
		w := World(t)
		if err := server.call(http.MethodDelete, "/worlds/"+w.Name(), nil, nil); err != nil {
			t.Fatal(err)
		}
	})
	var list struct{ Worlds []struct{ Name string } }
	if err := server.call(http.MethodGet, "/worlds", nil, &list); err != nil {
		t.Fatal(err)
	}
	for _, world := range list.Worlds {
		for _, gone := range []string{passed, passed + ".seed", snapshot, unused} {
			if world.Name == gone {
				t.Errorf("%s is still there", gone)
			}
		}
	}
}

func TestSharedServer(t *testing.T) {
	server := Start(t)
	one := nested(t, "stay", "USERTWIN_URL="+server.URL()+"/", "USERTWIN_BIN=/nowhere/usertwin", "PATH=")
	contains(t, one.output, "server 0", "world TestNested-")
	var list struct{ Worlds []struct{ Name string } }
	if err := server.call(http.MethodGet, "/worlds", nil, &list); err != nil {
		t.Fatal(err)
	}
	// The nested test failed on purpose, so its world stays for a look at it.
	for _, world := range list.Worlds {
		if strings.Contains(one.output, "world "+world.Name+"\n") {
			if err := server.call(http.MethodDelete, "/worlds/"+world.Name, nil, nil); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no such world on the shared server:\n%s", one.output)
}

func TestServerDead(t *testing.T) {
	out := nested(t, "dead").output
	contains(t, out, "--- FAIL: TestNested", "usertwin: the server was found dead: signal: killed; it said nothing")
	if !regexp.MustCompile(`(?m)^told after s: \d$`).MatchString(out) {
		t.Fatal(out)
	}
	out = nested(t, "flags-wrong").output
	contains(t, out, "--- FAIL: TestNested", "usertwin does not start: exit status 2; its last words: ", "--auth")
}

func TestNoBinary(t *testing.T) {
	folder := t.TempDir()
	contains(t, nested(t, "pass", "USERTWIN_BIN=", "PATH="+folder).output, "--- FAIL: TestNested", "USERTWIN_BIN is not set", folder)
	contains(t, nested(t, "pass", "USERTWIN_BIN=/nowhere/usertwin").output, "--- FAIL: TestNested", "USERTWIN_BIN names /nowhere/usertwin, which is no file")
	binary, err := findBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, filepath.Join(folder, "usertwin")); err != nil {
		t.Fatal(err)
	}
	expect(t, "failed with a binary in the PATH", nested(t, "pass", "USERTWIN_BIN=", "PATH="+folder).failed, false)
}

func TestHttps(t *testing.T) {
	binary, err := findBinary()
	if err != nil {
		t.Skip("needs a binary of its own: ", err)
	}
	if help, _ := exec.Command(binary, "serve", "--help").Output(); !strings.Contains(string(help), "--tls ") && !strings.Contains(string(help), "--tls\n") {
		t.Skip("NOT TESTED: this usertwin has no --tls")
	}
	w := World(t, TLS())
	contains(t, w.URL(), "https://127.0.0.1:")
	answer, err := w.Client().Get(w.URLs.PBNB + ada)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer, err := http.Get(w.URL() + ada); err == nil {
		answer.Body.Close()
		t.Fatal("a client without the authority is served")
	}
	pem, err := os.ReadFile(w.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(pem), "BEGIN CERTIFICATE")
	expect(t, "requests", len(w.Requests()), 1)
}
