package web

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/ridgepoint/ridgepoint/internal/hostile"
)

// TestLargeInTurn holds that one large model is worked on at a time, that others pass it, and that the place becomes
// free.
func TestLargeInTurn(t *testing.T) {
	s, h := served(t, nil)
	url := h.URL + "/api/v1/estimate?device=rpi-5"
	var large []byte
	for _, f := range hostile.Files() {
		if f.Name == "calls-8000.onnx" { // it is no attack
			large = f.Make()
		}
	}
	s.large <- struct{}{}
	for how, body := range map[string][]byte{"plain": large, "packed": hostile.Pack(large)} {
		got := send(t, "POST", url, bytes.NewReader(body))
		if got.status != http.StatusTooManyRequests || got.head.Get("Retry-After") == "" {
			t.Errorf("%s, beside another: status %d, expected 429 with Retry-After: %.200s", how, got.status, got.body)
		}
	}
	if got := send(t, "POST", url, bytes.NewReader(fileOf(t, small))); got.status != http.StatusOK {
		t.Errorf("a small one beside a large one: status %d: %.200s", got.status, got.body)
	}
	<-s.large
	if got := send(t, "POST", url, bytes.NewReader(large)); got.status != http.StatusOK {
		t.Errorf("alone: status %d: %.200s", got.status, got.body)
	}
	waitFor(t, func() bool { return len(s.large) == 0 && len(s.turns) == 0 })
}
