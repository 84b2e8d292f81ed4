package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ridgepoint/ridgepoint/internal/gguftest"
)

// patient sends a request over a connection of its own, looks for an answer only once all is sent, and then takes its
// time, as clients on busy machines do.
func patient(t *testing.T, addr, request string, body []byte) int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", request, len(body))
	if _, err := conn.Write(body); err != nil {
		t.Errorf("%s: the server hung up while the file was sent: %v", request, err)
		return 0
	}
	time.Sleep(time.Second)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Errorf("%s: found no answer: %v", request, err)
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// long gives more bytes than what a connection buffers.
const long = 24 << 20

// TestRefusalsAreHeard holds that a request whose file is not wanted, or is not read to its end, gets its answer.
func TestRefusalsAreHeard(t *testing.T) {
	s, h := served(t, func(c *Config) { c.AtOnce, c.Upload = 1, 1<<20 })
	addr, file := h.Listener.Addr().String(), []byte(strings.Repeat("x", long))
	s.turns <- struct{}{}
	if got := patient(t, addr, "/api/v1/estimate?device=rpi-5", file); got != http.StatusTooManyRequests {
		t.Errorf("beside another: status %d, expected 429", got)
	}
	<-s.turns
	for request, status := range map[string]int{
		"/api/v1/estimate?device=rpi-5": http.StatusRequestEntityTooLarge,
		"/api/v1/estimate?devise=rpi-5": http.StatusBadRequest,
		"/nowhere":                      http.StatusNotFound,
		"/healthz":                      http.StatusNotFound,
	} {
		if got := patient(t, addr, request, file); got != status {
			t.Errorf("%s: status %d, expected %d", request, got, status)
		}
	}
}

// TestWeightsThatFollow holds that a file of which only the header is read is answered once it is sent.
func TestWeightsThatFollow(t *testing.T) {
	_, h := served(t, nil)
	header, err := gguftest.Header("qwen2.5-0.5b", "q4_0", nil)
	if err != nil {
		t.Fatal(err)
	}
	file := append(header, make([]byte, long)...)
	request := "/api/v1/estimate?device=rpi-5&name=a.gguf"
	if got := patient(t, h.Listener.Addr().String(), request, file); got != http.StatusOK {
		t.Errorf("status %d, expected 200", got)
	}
}

// TestLateIsHeard holds that a request whose time is over before its file is read gets its answer.
func TestLateIsHeard(t *testing.T) {
	s, _ := served(t, func(c *Config) { c.Limit = 200 * time.Millisecond })
	over := make(chan bool)
	slow := route{path: "/slow", kind: jsonKind, takes: how, work: func(*Server, context.Context, *question) ([]byte, error) {
		<-over
		return nil, nil
	}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: s.heard(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s.answer(&slow, w, req)
	})), ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { close(over); srv.Close() })
	header, err := gguftest.Header("qwen2.5-0.5b", "q4_0", nil)
	if err != nil {
		t.Fatal(err)
	}
	file := bytes.Join([][]byte{header, make([]byte, long)}, nil)
	if got := patient(t, l.Addr().String(), "/slow?device=rpi-5&name=a.gguf", file); got != http.StatusServiceUnavailable {
		t.Errorf("status %d, expected 503", got)
	}
}
