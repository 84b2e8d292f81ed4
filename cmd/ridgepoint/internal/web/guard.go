package web

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

const policyHeader = "Content-Security-Policy"

// formPolicy lets pages load what the server itself sends, and nothing inline.
const formPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none';" +
	" frame-ancestors 'none'"

// headers lists what every answer says to browsers. Popups are allowed: a report opens Perfetto in one.
var headers = [][2]string{
	{policyHeader, formPolicy},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin-allow-popups"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
}

var (
	errHost = &problem{http.StatusMisdirectedRequest, errors.New("the request names another host than this server; expected" +
		" localhost, a numeric address or a name that the server was given")}
	errOrigin = &problem{http.StatusForbidden, errors.New("the request comes from a page of another site, which may not" +
		" send models here")}
)

// guard lets through requests that are meant for this server. A page of another site can have its own name point to
// this machine (DNS rebinding), but then the request names that host; and it can send a form here, but then the browser
// says where the form is from.
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s.fail(&nowhere, w, req, errOrigin)
	}))
	guarded := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for _, h := range headers {
			w.Header().Set(h[0], h[1])
		}
		if !s.knows(req.Host) {
			s.watch.refused.Inc()
			s.fail(&nowhere, w, req, errHost)
			return
		}
		guarded.ServeHTTP(w, req)
	})
}

// knows reports whether requests may name a host. Numeric addresses are safe: rebinding needs a name.
func (s *Server) knows(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host == "localhost" || slices.ContainsFunc(s.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}
