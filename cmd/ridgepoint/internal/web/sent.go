package web

import (
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// A sent holds what a client sends. Handlers read it until the answer begins; the rest is read by drain.
type sent struct {
	io.ReadCloser
	mu    sync.Mutex
	begun bool // somebody read, so that a client that waits to be asked sends
	over  bool // handlers may read no more
}

// Read reads what the client sends, until the answer begins.
func (b *sent) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return 0, os.ErrDeadlineExceeded
	}
	b.begun = true
	return b.ReadCloser.Read(p)
}

// end keeps handlers from reading on, and reports whether the client sends. expects says that it waits to be asked.
func (b *sent) end(expects bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	return b.begun || !expects
}

// A late answers once all is sent. A connection that ends before its client has sent all takes the answer along: the
// client would hear that the connection was reset.
type late struct {
	http.ResponseWriter
	drain func()
}

// WriteHeader waits for the end of what is sent, and passes the status on.
func (l *late) WriteHeader(status int) {
	l.drain()
	l.ResponseWriter.WriteHeader(status)
}

// Write waits for the end of what is sent, and passes the bytes on.
func (l *late) Write(p []byte) (int, error) {
	l.drain()
	return l.ResponseWriter.Write(p)
}

// Unwrap returns the writer inside, for http.ResponseController.
func (l *late) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// heard returns a handler whose answers begin when their request is read to its end: by the handler, or else here in
// the time that a request may take. Readers stop early where a file is refused, or where only weights follow.
func (s *Server) heard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Body == nil || req.Body == http.NoBody {
			next.ServeHTTP(w, req)
			return
		}
		b := &sent{ReadCloser: req.Body}
		req.Body = b
		drain := sync.OnceFunc(func() {
			if b.end(req.Header.Get("Expect") != "") {
				_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.Limit))
				_, _ = io.Copy(io.Discard, b.ReadCloser)
			}
		})
		next.ServeHTTP(&late{w, drain}, req)
	})
}
