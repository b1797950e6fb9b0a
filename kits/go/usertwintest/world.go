package usertwintest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestWorld is a copy of everything for one test: users, tokens, faults, clock and journal. Its methods fail the test
// with a sentence, so they are called from the test's own goroutine.
type TestWorld struct {
	// URLs are the base addresses of the APIs in this world.
	URLs URLs
	// Clock is the time of this world.
	Clock Clock

	server *TestServer
	name   string
	url    string
	t      testing.TB

	mutex sync.Mutex
	// baseline is where reset goes back to: "seed", or a world that holds the test's own document.
	baseline string
	copies   []string
}

// URLs are the addresses to give to a client of each API in place of the vendor's.
type URLs struct{ PBNB, Reseller, Expoints, AdminUsers string }

var (
	worlds atomic.Int64
	// run tells two runs apart that share a server.
	run   = fmt.Sprint(os.Getpid(), time.Now().UnixNano())
	other = regexp.MustCompile(`[^A-Za-z0-9_]+`)
)

// World makes a world for a test on the server of this process. It is dropped after a pass; after a failure its
// requests are printed with their advice.
func World(t testing.TB, options ...Option) *TestWorld {
	t.Helper()
	return Start(t, options...).World(t, options...)
}

// World makes a world for a test on this server.
func (s *TestServer) World(t testing.TB, options ...Option) *TestWorld {
	t.Helper()
	settings := read(options)
	w := &TestWorld{server: s, name: worldName(t.Name()), t: t, baseline: "seed"}
	w.url = s.url + "/w/" + w.name
	w.URLs = URLs{PBNB: w.url, Reseller: w.url + "/api", Expoints: w.url, AdminUsers: w.url}
	w.Clock = Clock{w}
	if settings.seed != nil {
		w.plantSeed(settings.seed)
	}
	w.must(s.call(http.MethodPost, "/worlds", map[string]string{"name": w.name, "from": w.baseline}, nil))
	t.Cleanup(func() { w.close(settings.strict) })
	return w
}

func worldName(test string) string {
	words := strings.Trim(other.ReplaceAllString(test, "-"), "-")
	if len(words) > 40 {
		words = words[:40]
	}
	return words + "-" + hash(fmt.Sprint(test, run, worlds.Add(1)))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// plantSeed puts the document into a world of its own, so that reset and diff have it to go back to.
func (w *TestWorld) plantSeed(seed any) {
	w.t.Helper()
	document := seed
	if text, is := seed.(string); is {
		if text == "empty" {
			text = "{}"
		}
		if !strings.HasPrefix(strings.TrimSpace(text), "{") {
			content, err := os.ReadFile(text)
			if err != nil {
				w.t.Fatalf("usertwin: the seed of the test: %v", err)
			}
			text = string(content)
		}
		document = json.RawMessage(text)
	}
	w.baseline = w.name + ".seed"
	w.copies = append(w.copies, w.baseline)
	w.must(w.server.call(http.MethodPost, "/worlds", map[string]string{"name": w.baseline}, nil))
	if err := w.server.call(http.MethodPut, "/worlds/"+w.baseline+"/state", document, nil); err != nil {
		w.drop()
		w.t.Fatal(err)
	}
}

// close reports on a failed test and drops the world of a passed one.
func (w *TestWorld) close(strict bool) {
	if !w.t.Failed() && strict {
		if advice := w.Advice(); len(advice) > 0 {
			w.t.Errorf("usertwin: strict advice: the requests of this test got advice:%s", listAdvice(advice))
		}
	}
	if w.t.Failed() {
		w.t.Log(w.report())
		return
	}
	w.drop()
}

func (w *TestWorld) drop() {
	for _, name := range append(w.copies, w.name) {
		// A world that is gone already is no error, and a server that is gone has no worlds.
		if err := w.server.call(http.MethodDelete, "/worlds/"+name, nil, nil); err != nil {
			w.t.Log(err)
			return
		}
	}
}

// report is the list of the world's requests, each with status and advice.
func (w *TestWorld) report() string {
	requests, err := w.requests(RequestFilter{})
	if err != nil {
		return err.Error()
	}
	lines := []string{fmt.Sprintf("usertwin: requests of the world %s (%d):", w.name, len(requests))}
	for _, request := range requests {
		lines = append(lines, "  "+request.String())
		for _, advice := range request.Advice {
			lines = append(lines, "    ! "+advice.Code+": "+advice.Message)
		}
	}
	return strings.Join(lines, "\n")
}

func listAdvice(advice []Advice) string {
	var list strings.Builder
	for _, one := range advice {
		fmt.Fprintf(&list, "\n  ! %s (%d): %s", one.Code, one.Count, one.Message)
	}
	return list.String()
}

func (w *TestWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// control sends a control call about this world.
func (w *TestWorld) control(method, path string, body, result any) {
	w.t.Helper()
	w.must(w.server.call(method, "/worlds/"+w.name+path, body, result))
}

// Name is the world's name: the test's, and a short hash.
func (w *TestWorld) Name() string { return w.name }

// URL is the address of the world; the vendors' paths follow it.
func (w *TestWorld) URL() string { return w.url }

// Server is the server of the world.
func (w *TestWorld) Server() *TestServer { return w.server }

// Client is an HTTP client that trusts the server's certificate.
func (w *TestWorld) Client() *http.Client {
	w.t.Helper()
	return w.server.Client(w.t)
}

// CAFile is a file with the PEM of the authority to trust, with TLS.
func (w *TestWorld) CAFile() string {
	w.t.Helper()
	return w.server.CAFile(w.t)
}

// Fault makes requests fail as the fault says.
func (w *TestWorld) Fault(fault Fault) {
	w.t.Helper()
	w.control(http.MethodPost, "/faults", fault, nil)
}

// Verify fails the test unless as many requests matched as said; without a number, one at least. It prints the
// server's sentence and the nearest requests.
func (w *TestWorld) Verify(match Match, times ...Times) {
	w.t.Helper()
	question := map[string]any{"match": match}
	if len(times) > 1 {
		w.t.Fatal("usertwin: Verify takes one number of times")
	}
	for _, one := range times {
		question["times"] = one
	}
	var verdict struct {
		Satisfied bool
		Message   string
		Nearest   []Request
	}
	w.control(http.MethodPost, "/verify", question, &verdict)
	if verdict.Satisfied {
		return
	}
	sentence := "usertwin: " + verdict.Message
	for _, request := range verdict.Nearest {
		sentence += "\n  near: " + request.String()
		for _, difference := range request.Differs {
			sentence += fmt.Sprintf("; %s was %v, not %v", difference.Member, difference.Was, difference.Asked)
		}
	}
	w.t.Fatal(sentence)
}

// Advice lists what the real service would have done silently, grouped by code.
func (w *TestWorld) Advice() []Advice {
	w.t.Helper()
	var answer struct{ Advice []Advice }
	w.control(http.MethodGet, "/advice", nil, &answer)
	return answer.Advice
}

// Requests lists what the world was asked, oldest first; a filter narrows it.
func (w *TestWorld) Requests(filter ...RequestFilter) []Request {
	w.t.Helper()
	if len(filter) > 1 {
		w.t.Fatal("usertwin: Requests takes one filter")
	}
	requests, err := w.requests(append(filter, RequestFilter{})[0])
	w.must(err)
	return requests
}

// mostRequests is the largest page of the journal that the server gives.
const mostRequests = "1000"

func (w *TestWorld) requests(filter RequestFilter) ([]Request, error) {
	query := url.Values{"limit": {mostRequests}}
	for name, value := range map[string]string{
		"api": filter.API, "operation": filter.Operation, "method": filter.Method, "path": filter.Path,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if filter.Status != 0 {
		query.Set("status", fmt.Sprint(filter.Status))
	}
	var answer struct{ Requests []Request }
	err := w.server.call(http.MethodGet, "/worlds/"+w.name+"/requests?"+query.Encode(), nil, &answer)
	return answer.Requests, err
}

// Diff is what the test changed: the world compared with its seed.
func (w *TestWorld) Diff() Diff {
	w.t.Helper()
	var diff Diff
	w.control(http.MethodGet, "/diff?from="+w.baseline, nil, &diff)
	return diff
}

// State is the world's state document.
func (w *TestWorld) State() map[string]any {
	w.t.Helper()
	var document map[string]any
	w.control(http.MethodGet, "/state", nil, &document)
	return document
}

// SetState replaces the world's state document: a map, a struct or JSON in a json.RawMessage.
func (w *TestWorld) SetState(document any) {
	w.t.Helper()
	w.control(http.MethodPut, "/state", document, nil)
}

// Reset goes back to the seed; requests, faults and clock are cleared.
func (w *TestWorld) Reset() {
	w.t.Helper()
	w.control(http.MethodPost, "/reset", map[string]string{"from": w.baseline}, nil)
}

// Snapshot is a copy of a world, which nobody writes to.
type Snapshot struct{ world string }

// Snapshot copies the world.
func (w *TestWorld) Snapshot() Snapshot {
	w.t.Helper()
	w.mutex.Lock()
	name := fmt.Sprintf("%s.%d", w.name, len(w.copies)+1)
	w.copies = append(w.copies, name)
	w.mutex.Unlock()
	w.must(w.server.call(http.MethodPost, "/worlds", map[string]string{"name": name, "from": w.name}, nil))
	return Snapshot{name}
}

// Restore goes back to a snapshot, which stays; requests and faults are cleared.
func (w *TestWorld) Restore(snapshot Snapshot) {
	w.t.Helper()
	if snapshot.world == "" {
		w.must(errors.New("usertwin: the snapshot to restore is empty; Snapshot makes one"))
	}
	w.control(http.MethodPost, "/reset", map[string]string{"from": snapshot.world}, nil)
}

// Outbox lists the mails that the world would have sent.
func (w *TestWorld) Outbox() []Mail {
	w.t.Helper()
	var answer struct{ Mails []Mail }
	w.control(http.MethodGet, "/outbox", nil, &answer)
	return answer.Mails
}

// Clock is the time of a world, which timestamps, tokens and rate limits follow.
type Clock struct{ world *TestWorld }

// Now is the time in the world.
func (c Clock) Now() time.Time {
	c.world.t.Helper()
	var answer struct{ Now time.Time }
	c.world.control(http.MethodGet, "/clock", nil, &answer)
	return answer.Now
}

// Freeze stops the clock at an instant.
func (c Clock) Freeze(at time.Time) {
	c.world.t.Helper()
	body := map[string]any{"now": at.UTC().Format(time.RFC3339Nano), "frozen": true}
	c.world.control(http.MethodPut, "/clock", body, nil)
}

// Advance moves the clock on; a frozen one stays frozen.
func (c Clock) Advance(by time.Duration) {
	c.world.t.Helper()
	c.world.control(http.MethodPut, "/clock", map[string]any{"advance": iso8601(by)}, nil)
}

// iso8601 writes a duration in seconds, as PT90.5S.
func iso8601(by time.Duration) string {
	sign := ""
	if by < 0 {
		sign = "-"
	}
	by = by.Abs()
	digits := fmt.Sprintf("%d.%09d", by/time.Second, by%time.Second)
	return sign + "PT" + strings.TrimRight(strings.TrimRight(digits, "0"), ".") + "S"
}
