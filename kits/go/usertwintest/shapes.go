package usertwintest

import (
	"encoding/json"
	"fmt"
)

// Match says which requests are meant; empty members match all.
type Match struct {
	API          string `json:"api,omitempty"`
	Operation    string `json:"operation,omitempty"`
	Method       string `json:"method,omitempty"`
	Path         string `json:"path,omitempty"`
	Status       int    `json:"status,omitempty"`
	BodyContains string `json:"bodyContains,omitempty"`
}

// RequestFilter says which requests to list; empty members match all.
type RequestFilter struct {
	API, Operation, Method, Path string
	Status                       int
}

// Times is how often: Exactly, AtLeast, AtMost or Between.
type Times struct {
	Exactly *int `json:"exactly,omitempty"`
	AtLeast *int `json:"atLeast,omitempty"`
	AtMost  *int `json:"atMost,omitempty"`
}

// Exactly is that number and no other.
func Exactly(n int) Times { return Times{Exactly: &n} }

// AtLeast is that number or more.
func AtLeast(n int) Times { return Times{AtLeast: &n} }

// AtMost is that number or fewer.
func AtMost(n int) Times { return Times{AtMost: &n} }

// Between is from the one number to the other, both included.
func Between(least, most int) Times { return Times{AtLeast: &least, AtMost: &most} }

// Fault is what happens to requests that match.
type Fault struct {
	Name  string `json:"name,omitempty"`
	Match Match  `json:"match"`
	// Skip lets that many requests pass first.
	Skip int `json:"skip,omitempty"`
	// Times is how many requests it hits; 0 is all of them.
	Times int `json:"times,omitempty"`
	// Probability is from above 0 to 1; 0 stands for 1.
	Probability float64 `json:"probability,omitempty"`
	Effect      Effect  `json:"effect"`
}

// Effect is the outcome of a fault.
type Effect struct {
	Status     int `json:"status,omitempty"`
	RetryAfter int `json:"retryAfter,omitempty"`
	// DelayMs is a number, or a DelayRange to choose from.
	DelayMs any `json:"delayMs,omitempty"`
	// Disconnect is "beforeResponse" or "midBody".
	Disconnect   string     `json:"disconnect,omitempty"`
	TruncateBody float64    `json:"truncateBody,omitempty"`
	RateLimit    *RateLimit `json:"rateLimit,omitempty"`
	Body         string     `json:"body,omitempty"`
	ContentType  string     `json:"contentType,omitempty"`
}

// DelayRange is the shortest and the longest delay, in milliseconds.
type DelayRange struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// RateLimit allows so many requests in so many seconds.
type RateLimit struct {
	Requests   int `json:"requests"`
	PerSeconds int `json:"perSeconds"`
}

// Request is an entry of the world's journal.
type Request struct {
	ID         string
	At         string
	API        string
	Operation  string
	Method     string
	Path       string
	Query      string
	Status     int
	DurationMs float64
	Request    Message
	Response   *Message
	Fault      json.RawMessage
	Advice     []Advice
	// Differs says why a request is only near to what Verify asked for.
	Differs []Difference
}

// String is the line of a request in reports.
func (r Request) String() string {
	path := r.Path
	if r.Query != "" {
		path += "?" + r.Query
	}
	status := "no answer"
	if r.Status != 0 {
		status = fmt.Sprint(r.Status)
	}
	return fmt.Sprintf("%s %s -> %s", r.Method, path, status)
}

// Message is a request or an answer as it went over the wire, secrets masked.
type Message struct {
	Headers [][2]string
	Body    *Body
}

// Body is text, or base64 for binary.
type Body struct {
	Text   string
	Base64 string
	Cut    bool
	Bytes  int
}

// Difference is one condition that a request did not meet.
type Difference struct {
	Member string
	Asked  any
	Was    any
}

// Advice is what the real service would have done silently.
type Advice struct {
	Code    string
	Message string
	// Count is how often; 0 in the advice of one request.
	Count int
}

// Diff is what changed in a world.
type Diff struct {
	Empty   bool
	Added   []map[string]any
	Removed []map[string]any
	Changed []ChangedUser
}

// ChangedUser is a user with each member that changed.
type ChangedUser struct {
	ID       string
	Username string
	Members  []ChangedMember
}

// ChangedMember is a member before and after.
type ChangedMember struct {
	Path   string
	Before any
	After  any
}

// Mail is a mail that the world would have sent.
type Mail struct {
	At   string
	API  string
	Kind string
	To   string
	Link string
}
