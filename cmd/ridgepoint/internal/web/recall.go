package web

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"io"
	"mime"
	"net/http"
	"sync"
)

// Limits of what a server recalls.
const (
	recallRequest = 1 << 20 // bytes of a request that is looked up
	recallShare   = 8       // an answer takes at most this part of the room
)

// A key stands for all that an answer follows from: address, query and file. Profiles and calibrations are read once.
type key [sha256.Size]byte

// recall holds the answers given last, so that the same question is worked out once. Answers are found by the hash of
// the whole question alone: who asks needs the same file.
type recall struct {
	room    int64 // bytes
	mu      sync.Mutex
	taken   int64
	latest  *list.List // of remembered, the latest first
	answers map[key]*list.Element
}

type remembered struct {
	key  key
	body []byte
}

// newRecall returns an empty memory of so many bytes.
func newRecall(room int64) *recall {
	return &recall{room: room, latest: list.New(), answers: map[key]*list.Element{}}
}

// find returns an answer, nil if none is held.
func (r *recall) find(k key) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.answers[k]
	if at == nil {
		return nil
	}
	r.latest.MoveToFront(at)
	return at.Value.(*remembered).body
}

// keep holds an answer, in place of those that were not asked for the longest.
func (r *recall) keep(k key, body []byte) {
	size := int64(len(body))
	if size > r.room/recallShare {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.answers[k] != nil {
		return
	}
	r.answers[k] = r.latest.PushFront(&remembered{k, body})
	r.taken += size
	for r.taken > r.room {
		last := r.latest.Back()
		old := r.latest.Remove(last).(*remembered)
		delete(r.answers, old.key)
		r.taken -= int64(len(old.body))
	}
}

// keyOf returns the key of a request; ok is false for forms and long files, which are not looked up. The body that it
// reads it puts back.
func keyOf(r *route, req *http.Request) (k key, ok bool, err error) {
	h := sha256.New()
	io.WriteString(h, req.Method+" "+r.path+"?"+req.URL.RawQuery+"\n")
	if req.Method == http.MethodPost {
		kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
		if kind == "multipart/form-data" || req.ContentLength < 0 || req.ContentLength > recallRequest {
			return k, false, nil
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return k, false, err
		}
		h.Write(body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	h.Sum(k[:0])
	return k, true, nil
}
