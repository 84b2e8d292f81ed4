package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A buffer may be written and read by two goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestServe starts the server on a free port, asks it, and ends it as a signal does.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var said buffer
	var grace atomic.Int64
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--log", "json", "--max-time", "20s"},
			Streams{Out: io.Discard, Err: &said, UserDir: t.TempDir(), Grace: &grace})
	}()
	address := regexp.MustCompile(`listening on (http://\S+)`)
	var at []string
	for end := time.Now().Add(time.Minute); at == nil && time.Now().Before(end); time.Sleep(time.Millisecond) {
		at = address.FindStringSubmatch(said.String())
	}
	if at == nil {
		t.Fatalf("found no address in %q", said.String())
	}
	res, err := http.Get(at[1] + "/api/v1/estimate?device=rpi-5&model=zoo:squeezenet1.1")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK || !strings.Contains(string(body), `"ridgepoint/estimate/v2"`) {
		t.Errorf("status %d: %.200s", res.StatusCode, body)
	}
	if d := time.Duration(grace.Load()); d < 20*time.Second {
		t.Errorf("the program waits %s for the server to end, expected 20 s at least", d)
	}
	cancel()
	if code := <-ended; code != exitOK || !strings.Contains(said.String(), `"route":"/api/v1/estimate"`) {
		t.Errorf("exit code %d: %s", code, said.String())
	}
}

// TestServeUsage holds wrong flags to their reasons.
func TestServeUsage(t *testing.T) {
	for args, want := range map[string]string{
		"--max-upload 0": "expected 1 to 2048 MiB", "--at-once 0": "expected 1 or more", "--max-time 0s": "a positive time",
		"--log xml": "expected text, json or none", "--addr 127.0.0.1:x": "--addr 127.0.0.1:x", "zoo:resnet18": "serve",
	} {
		if _, stderr, code := run(t, "", append([]string{"serve"}, strings.Fields(args)...)...); code != exitUsage ||
			!strings.Contains(stderr, want) {
			t.Errorf("serve %s: exit code %d, expected %q: %s", args, code, want, stderr)
		}
	}
}
