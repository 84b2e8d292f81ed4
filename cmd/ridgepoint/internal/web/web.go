// Package web serves estimates to browsers and programs: a form that takes a model file, reports, a JSON API with its
// description, and what watches the server. It writes no file.
//
// To add an address, add a row to routes; to add a parameter, add a row to params. The description of the API is made
// of both.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/ridgepoint/ridgepoint"
)

// A Config says what a server answers with, and what a request may take.
type Config struct {
	Estimator *ridgepoint.Estimator
	Hosts     []string      // names that requests may address, beside localhost and numeric addresses
	Upload    int64         // bytes that a request may send
	Limit     time.Duration // of reading a request and answering it
	AtOnce    int           // estimates under way
	Wait      time.Duration // that a request waits for its turn before it is refused
	Recall    int64         // bytes of answers that are held for the next who asks the same
	Log       *slog.Logger
}

// Defaults returns the limits that hold where nobody says.
func Defaults() Config {
	return Config{Upload: 64 << 20, Limit: 10 * time.Second, AtOnce: 4, Wait: 250 * time.Millisecond,
		Recall: 32 << 20}
}

// A Server answers requests.
type Server struct {
	Config
	turns    chan struct{} // holds one for each estimate under way
	large    chan struct{} // holds one while an estimate of a large model is under way
	recall   *recall
	watch    *watch
	lists    lists
	draining atomic.Bool
}

// New returns a server.
func New(c *Config) *Server {
	s := &Server{Config: *c, turns: make(chan struct{}, c.AtOnce), large: make(chan struct{}, 1),
		recall: newRecall(c.Recall)}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	s.watch = newWatch(s)
	return s
}

// Handler returns the handler of all addresses.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	all := routes()
	for i := range all {
		r := &all[i]
		mux.Handle(r.pattern(), s.watch.route(r, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			r.handle(s, r, w, req)
		})))
	}
	mux.Handle("/", s.watch.route(&nowhere, http.HandlerFunc(s.notFound)))
	return s.heard(s.guard(mux))
}

// nowhere stands in logs for addresses that the server lacks.
var nowhere = route{path: "elsewhere"}

// Times that connections may take, whatever is asked.
const (
	headerTime = 5 * time.Second
	idleTime   = time.Minute
	writeTime  = 30 * time.Second
	maxHeader  = 64 << 10 // bytes
)

// Serve answers requests until the context ends. It then takes no new ones and lets those under way end in the time
// that a request may take.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: headerTime + s.Limit,
		WriteTimeout: s.Wait + s.Limit + writeTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn)}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.Log.Info("stopping", "reason", context.Cause(ctx))
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Grace())
	defer cancel()
	if err := srv.Shutdown(rest); err != nil {
		srv.Close()
		return errors.New("requests were still under way when the server ended; expected them to end in their time")
	}
	return nil
}

// Grace returns the time that the server takes to end at most.
func (s *Server) Grace() time.Duration { return s.Wait + s.Limit + time.Second }
