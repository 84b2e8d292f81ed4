package web

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// sendAll sends a request of many bytes over a connection of its own, looks for an answer only once all is sent, and
// then takes its time, as clients on busy machines do.
func sendAll(t *testing.T, addr, query string, size int) int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/estimate?%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", query, size)
	if _, err := conn.Write([]byte(strings.Repeat("x", size))); err != nil {
		t.Errorf("%s: the server hung up while the file was sent: %v", query, err)
		return 0
	}
	time.Sleep(time.Second)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Errorf("%s: found no answer: %v", query, err)
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// TestRefusalsAreHeard holds that a request whose file is not wanted, or is not read to its end, gets its answer.
func TestRefusalsAreHeard(t *testing.T) {
	const file = 24 << 20 // more than what a connection buffers
	s, h := served(t, func(c *Config) { c.AtOnce, c.Upload = 1, 1<<20 })
	addr := h.Listener.Addr().String()
	s.turns <- struct{}{}
	if got := sendAll(t, addr, "device=rpi-5", file); got != http.StatusTooManyRequests {
		t.Errorf("beside another: status %d, expected 429", got)
	}
	<-s.turns
	if got := sendAll(t, addr, "device=rpi-5", file); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a file that is too large: status %d, expected 413", got)
	}
	if got := sendAll(t, addr, "devise=rpi-5", file); got != http.StatusBadRequest {
		t.Errorf("a question with an error: status %d, expected 400", got)
	}
}
