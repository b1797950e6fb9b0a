package usertwintest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const callTimeout = 30 * time.Second

// TestServer is a running usertwin: one this process started, or that of USERTWIN_URL.
type TestServer struct {
	url     string
	control string
	process *process
	http    *http.Client

	authority sync.Once
	caPEM     []byte
	caErr     error
	caFile    sync.Once
	caPath    string
}

// started is a server that a process starts once for each set of flags.
type started struct {
	once   sync.Once
	server *TestServer
	err    error
}

var (
	servers      = map[string]*started{}
	serversMutex sync.Mutex
)

// Start returns the server of this process, and starts it at the first call. It ends with the process; no TestMain is
// needed. With USERTWIN_URL no server is started.
func Start(t testing.TB, options ...Option) *TestServer {
	t.Helper()
	s := read(options)
	flags := s.serverFlags()
	key := strings.Join(flags, "\x00")
	serversMutex.Lock()
	entry := servers[key]
	if entry == nil {
		entry = &started{}
		servers[key] = entry
	}
	serversMutex.Unlock()
	entry.once.Do(func() { entry.server, entry.err = start(flags, s.tls) })
	if entry.err != nil {
		t.Fatal(entry.err)
	}
	return entry.server
}

func start(flags []string, useTLS bool) (*TestServer, error) {
	if url := os.Getenv("USERTWIN_URL"); url != "" {
		return newServer(strings.TrimRight(url, "/"), useTLS, nil), nil
	}
	binary, err := findBinary()
	if err != nil {
		return nil, err
	}
	p, err := launch(binary, flags)
	if err != nil {
		return nil, err
	}
	return newServer(p.url, useTLS, p), nil
}

// newServer takes control calls to plain HTTP, which the port of HTTPS serves as well: they then need no authority.
func newServer(url string, useTLS bool, p *process) *TestServer {
	_, address, _ := strings.Cut(url, "://")
	if useTLS {
		url = "https://" + address
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 16}
	client := &http.Client{Transport: transport, Timeout: callTimeout}
	return &TestServer{url: url, control: "http://" + address, process: p, http: client}
}

// URL is the base address of the APIs in the world "main".
func (s *TestServer) URL() string { return s.url }

// PID is the process of the server, 0 when this process did not start it.
func (s *TestServer) PID() int {
	if s.process == nil {
		return 0
	}
	return s.process.cmd.Process.Pid
}

// call sends a control call and reads the answer into result, unless that is nil.
func (s *TestServer) call(method, path string, body, result any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("usertwin: %s %s: %w", method, path, err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, s.control+"/_usertwin"+path, content)
	if err != nil {
		return fmt.Errorf("usertwin: %s %s: %w", method, path, err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token := os.Getenv("USERTWIN_CONTROL_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := s.http.Do(request)
	if err != nil {
		return s.unreachable(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return s.unreachable(err)
	}
	if answer.StatusCode >= 400 {
		return refusal(method, path, answer.StatusCode, text)
	}
	switch result := result.(type) {
	case nil:
		return nil
	case *[]byte:
		*result = text
		return nil
	}
	if err := json.Unmarshal(text, result); err != nil {
		return fmt.Errorf("usertwin: the answer to %s %s is no JSON of the form expected: %w", method, path, err)
	}
	return nil
}

// unreachable is one sentence: whether the server is dead, with its exit status and last words, or only did not answer.
func (s *TestServer) unreachable(err error) error {
	if s.process != nil && s.process.dead(time.Second) {
		return fmt.Errorf("usertwin: the server was found dead: %s", s.process.obituary())
	}
	return fmt.Errorf("usertwin: %s does not answer: %w", s.control, err)
}

// refusal is the sentence of a problem document, with each problem of a state document.
func refusal(method, path string, status int, text []byte) error {
	var problem struct {
		Detail   string
		Problems []struct{ Path, Message string }
	}
	if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("usertwin: %s %s was answered %d: %.300s", method, path, status, text)
	}
	sentence := problem.Detail
	for _, one := range problem.Problems {
		sentence += fmt.Sprintf("\n  %s: %s", one.Path, one.Message)
	}
	return errors.New("usertwin: " + sentence)
}

// CAFile is a file with the PEM of the authority that signs the server's certificate.
func (s *TestServer) CAFile(t testing.TB) string {
	t.Helper()
	pem := s.authorityPEM(t)
	s.caFile.Do(func() {
		s.caPath = filepath.Join(os.TempDir(), fmt.Sprintf("usertwin-ca-%d-%s.pem", os.Getpid(), hash(s.url)))
		s.caErr = os.WriteFile(s.caPath, pem, 0o600)
	})
	if s.caErr != nil {
		t.Fatalf("usertwin: the file of the certificate authority: %v", s.caErr)
	}
	return s.caPath
}

// Client is an HTTP client that trusts the server's certificate.
func (s *TestServer) Client(t testing.TB) *http.Client {
	t.Helper()
	if !strings.HasPrefix(s.url, "https:") {
		return &http.Client{Timeout: callTimeout}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.authorityPEM(t)) {
		t.Fatal("usertwin: the certificate authority's PEM holds no certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Timeout: callTimeout, Transport: transport}
}

func (s *TestServer) authorityPEM(t testing.TB) []byte {
	t.Helper()
	s.authority.Do(func() { s.caErr = s.call(http.MethodGet, "/ca.pem", nil, &s.caPEM) })
	if s.caErr != nil {
		t.Fatal(s.caErr)
	}
	return s.caPEM
}
