package usertwintest

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	startTimeout  = 30 * time.Second
	firstLine     = "usertwin listening on "
	lastWordsKept = 20
)

// process is a server that this process started. It ends with this process: its standard input is a pipe whose other
// end closes then, however this process dies.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	url    string
	ended  chan struct{}
	mutex  sync.Mutex
	stderr []string
}

// launch starts `usertwin serve` directly, without a shell that could outlive a signal, and waits for its address.
func launch(binary string, flags []string) (*process, error) {
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--exit-with-stdin", "--log", "warn"}, flags...)
	p := &process{cmd: exec.Command(binary, args...), ended: make(chan struct{})}
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("usertwin does not start: %w", err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("usertwin does not start: %w", err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("usertwin does not start: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("usertwin does not start: %w", err)
	}
	address := make(chan string, 1)
	var readers sync.WaitGroup
	readers.Add(2)
	go func() {
		defer readers.Done()
		lines := bufio.NewReader(stdout)
		line, _ := lines.ReadString('\n')
		address <- strings.TrimSpace(line)
		io.Copy(io.Discard, lines)
	}()
	go func() {
		defer readers.Done()
		p.keepLastWords(stderr)
	}()
	go func() {
		// Wait closes the pipes, so what is in them has to be read first.
		readers.Wait()
		p.cmd.Wait()
		close(p.ended)
	}()
	select {
	case line := <-address:
		if url, found := strings.CutPrefix(line, firstLine); found {
			p.url = strings.TrimRight(url, "/")
			return p, nil
		}
		if line == "" && p.dead(5*time.Second) {
			return nil, fmt.Errorf("usertwin does not start: %s", p.obituary())
		}
		p.stop()
		return nil, fmt.Errorf("usertwin does not start: its first line is %q", line)
	case <-time.After(startTimeout):
		p.stop()
		return nil, fmt.Errorf("usertwin does not start: no address within %s; %s", startTimeout, p.lastWords())
	}
}

func (p *process) keepLastWords(stderr io.Reader) {
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			p.mutex.Lock()
			p.stderr = append(p.stderr, line)
			if len(p.stderr) > lastWordsKept {
				p.stderr = p.stderr[1:]
			}
			p.mutex.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// dead says whether the server has ended, or ends within the time given: its sockets close a moment earlier.
func (p *process) dead(within time.Duration) bool {
	select {
	case <-p.ended:
		return true
	case <-time.After(within):
		return false
	}
}

// obituary is the exit status and the last words of a server that has ended.
func (p *process) obituary() string {
	return fmt.Sprintf("%s; %s", p.cmd.ProcessState, p.lastWords())
}

func (p *process) lastWords() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.stderr) == 0 {
		return "it said nothing"
	}
	return "its last words: " + strings.Join(p.stderr, " | ")
}

func (p *process) stop() {
	p.stdin.Close()
	if !p.dead(5 * time.Second) {
		p.cmd.Process.Kill()
	}
}
