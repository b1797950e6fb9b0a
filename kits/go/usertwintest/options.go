package usertwintest

import (
	"os"
	"strings"
)

// Option changes the server or the world of a test.
type Option func(*settings)

type settings struct {
	seed   any
	strict bool
	tls    bool
	flags  []string
}

func read(options []Option) settings {
	var s settings
	switch strings.ToLower(os.Getenv("USERTWIN_STRICT_ADVICE")) {
	case "", "0", "false", "no":
	default:
		s.strict = true
	}
	for _, option := range options {
		option(&s)
	}
	return s
}

// serverFlags are the settings that need a server of their own.
func (s settings) serverFlags() []string {
	if s.tls {
		return append([]string{"--tls"}, s.flags...)
	}
	return s.flags
}

// Seed makes the world start from a state document instead of the server's seed: the path of a file, JSON text,
// "empty", or any value that encoding/json turns into the document. Reset goes back to it, and Diff compares with it.
func Seed(document any) Option { return func(s *settings) { s.seed = document } }

// StrictAdvice fails the test when its requests got advice. USERTWIN_STRICT_ADVICE=1 does so for every test.
func StrictAdvice() Option { return func(s *settings) { s.strict = true } }

// TLS serves HTTPS: URL is https, and Client and CAFile hold the authority to trust.
func TLS() Option { return func(s *settings) { s.tls = true } }

// Flags are further flags of `usertwin serve`, e.g. "--auth", "strict". Tests with the same flags share a server.
func Flags(flags ...string) Option { return func(s *settings) { s.flags = append(s.flags, flags...) } }
