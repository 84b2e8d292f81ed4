package web

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
)

// raw sends bytes to a server as they are, and returns all that comes back.
func raw(t *testing.T, address, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil && len(got) == 0 {
		t.Fatalf("%.80q: %v", request, err)
	}
	return string(got)
}

// TestEvilRequests sends what no client library sends: evil names as method, path, query, version and headers. Neither
// the answers nor the log nor /metrics have a character without a shape.
func TestEvilRequests(t *testing.T) {
	var log bytes.Buffer
	debug := &slog.HandlerOptions{Level: slog.LevelDebug}
	_, s := served(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, debug)) })
	address := strings.TrimPrefix(s.URL, "http://")
	clean := strings.NewReplacer("\r", "", "\n", "", " ", "").Replace
	const rest = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	for _, name := range []string{strings.Join(hostile.Names(), ""), "\x1b[31m\u202e", "\xff\u2028", "{path=\"x\"} 1"} {
		evil := clean(name)
		requests := []string{evil + " /" + rest + "\r\n", "GET /" + evil + rest + "\r\n", "GET /?" + evil + rest + "\r\n",
			"GET / HTTP/" + evil + "\r\n\r\n", "GET /metrics?" + evil + rest + "\r\n", "GET /healthz" + rest + evil + "\r\n\r\n"}
		for _, key := range strings.Fields("User-Agent Host Referer Origin Cookie Accept Range Expect If-None-Match" +
			" X-Forwarded-For X-Request-Id Content-Type Content-Length Transfer-Encoding Sec-Fetch-Site") {
			requests = append(requests, "POST /api/v1/estimate?device=rpi-5"+rest+key+": "+evil+"\r\n\r\n",
				"GET /"+rest+key+": "+evil+"\r\n\r\n")
		}
		for _, request := range requests {
			got := raw(t, address, request)
			if !strings.HasPrefix(got, "HTTP/1.1 ") {
				t.Errorf("%.80q: found %.80q, expected an answer", request, got)
			}
			harmless(t, "the answer to "+request[:min(30, len(request))], name, strings.ReplaceAll(got, "\r\n", "\n"))
		}
	}
	metrics := raw(t, address, "GET /metrics"+rest+"\r\n")
	harmless(t, "/metrics", "all", strings.ReplaceAll(metrics, "\r\n", "\n"))
	if strings.Contains(metrics, "31m") {
		t.Error("/metrics has a label that a client chose")
	}
	s.Close() // its requests are logged by now
	harmless(t, "the log", "all", log.String())
	if strings.Count(log.String(), "\n") < 40 {
		t.Errorf("the log has next to nothing: it checks nothing: %.200s", log.String())
	}
}
