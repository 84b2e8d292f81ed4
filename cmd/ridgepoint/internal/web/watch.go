package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// A watch counts requests and logs them.
type watch struct {
	server   *Server
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	refused  prometheus.Counter
	handler  http.Handler
}

// times lists the bounds of the histogram of answers, in seconds.
var times = []float64{.005, .01, .025, .05, .1, .2, .5, 1, 2, 5, 10}

// newWatch returns counters of a server, registered for /metrics.
func newWatch(s *Server) *watch {
	w := &watch{server: s,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ridgepoint_requests_total",
			Help: "Requests by address and status."}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "ridgepoint_request_seconds",
			Help: "Time to an answer, by address.", Buckets: times}, []string{"route"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "ridgepoint_foreign_requests_total",
			Help: "Requests that name another host."}),
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(w.requests, w.seconds, w.refused, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ridgepoint_estimates_under_way",
			Help: "Estimates that are being made."}, func() float64 { return float64(len(s.turns)) }))
	w.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return w
}

// recorder remembers the status and the size of an answer.
type recorder struct {
	http.ResponseWriter
	status, bytes int
}

// WriteHeader notes the status and passes it on.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes and passes them on.
func (r *recorder) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}

// Unwrap returns the writer inside, for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// route returns a handler that counts and logs. Queries and names of files are not logged: they may be private.
func (w *watch) route(r *route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
		start, rec := time.Now(), &recorder{ResponseWriter: out, status: http.StatusOK}
		next.ServeHTTP(rec, req)
		took := time.Since(start)
		w.requests.WithLabelValues(r.path, strconv.Itoa(rec.status)).Inc()
		w.seconds.WithLabelValues(r.path).Observe(took.Seconds())
		w.server.Log.Info("request", "method", req.Method, "route", r.path, "status", rec.status, "bytes", rec.bytes,
			"sent", req.ContentLength, "ms", float64(took.Microseconds())/1e3)
	})
}

// metrics answers with what was counted.
func (s *Server) metrics(_ *route, w http.ResponseWriter, req *http.Request) {
	s.watch.handler.ServeHTTP(w, req)
}
