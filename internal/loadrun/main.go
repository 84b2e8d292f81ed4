// Command loadrun sends load to a running "ridgepoint serve" and prints what came of it: times of answers under an even
// rate of requests, or the answers to hostile files. docs/performance.md has its figures.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
	"github.com/ridgepoint/ridgepoint/internal/hostile"
)

// largest gives the size of hostile files that are sent, in bytes: larger ones are refused by their size alone.
const largest = 16 << 20

// main sends a server requests at a rate and prints the times of its answers.
func main() {
	log.SetFlags(0)
	url := flag.String("url", "http://127.0.0.1:8080", "of the server")
	model := flag.String("model", "zoo:yolov8s", "built-in model that is sent as a file")
	rate := flag.Float64("rate", 100, "requests a second, whether or not earlier ones are answered")
	lasts := flag.Duration("for", 30*time.Second, "time of the run")
	connections := flag.Int("connections", 200, "connections")
	vary := flag.Bool("vary", false, "ask something else each time, so that the server recalls no answer")
	attacks := flag.Int("hostile", 0, "send this many hostile files in place of the model, eight at a time")
	flag.Parse()
	r := &run{url: *url + "/api/v1/estimate?device=rpi-5", client: &http.Client{Transport: &http.Transport{
		MaxConnsPerHost: *connections, MaxIdleConnsPerHost: *connections}}, statuses: map[int]int{}, lost: map[string]int{}}
	if *attacks > 0 {
		r.attack(*attacks)
	} else {
		var b bytes.Buffer
		if err := zoo.Write(&b, *model); err != nil {
			log.Fatal(err)
		}
		r.even(b.Bytes(), *rate, *lasts, *vary)
	}
	r.print(*url)
}

// A run is what came of requests.
type run struct {
	url      string
	client   *http.Client
	mu       sync.Mutex
	statuses map[int]int    // 0: no answer
	lost     map[string]int // why there was none
	times    []time.Duration
}

// ask sends a file. The time counts from when the request was due. query is added to the address.
func (r *run) ask(file []byte, query string, due time.Time) {
	status := 0
	res, err := r.client.Post(r.url+query, "application/octet-stream", bytes.NewReader(file))
	if err == nil {
		if _, err = io.Copy(io.Discard, res.Body); err == nil {
			status = res.StatusCode
		}
		res.Body.Close()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.lost[err.Error()]++
	}
	r.statuses[status]++
	r.times = append(r.times, time.Since(due))
}

// even sends a file at an even rate.
func (r *run) even(file []byte, rate float64, lasts time.Duration, vary bool) {
	var wg sync.WaitGroup
	start := time.Now()
	for i := range int(rate * lasts.Seconds()) {
		due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		time.Sleep(time.Until(due))
		query := ""
		if vary {
			query = fmt.Sprintf("&name=model%d.onnx", i)
		}
		wg.Go(func() { r.ask(file, query, due) })
	}
	wg.Wait()
}

// attack sends hostile files, those that are known and small models of hostile names, in turn.
func (r *run) attack(n int) {
	var files [][]byte
	for _, f := range hostile.Files() {
		if body := f.Make(); len(body) <= largest {
			files = append(files, body)
		}
	}
	for _, name := range hostile.Names() {
		files = append(files, hostile.Named(name), hostile.Open(name), []byte(strings.Repeat(name, 100)))
	}
	next := make(chan []byte)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for file := range next {
				r.ask(file, "", time.Now())
			}
		})
	}
	for i := range n {
		next <- files[i%len(files)]
	}
	close(next)
	wg.Wait()
}

// print prints the counts, the times and what the server says of its memory and health.
func (r *run) print(url string) {
	slices.Sort(r.times)
	at := func(share float64) time.Duration {
		return r.times[min(int(share*float64(len(r.times))), len(r.times)-1)].Round(100 * time.Microsecond)
	}
	fmt.Printf("%d requests, by status %v\np50 %s, p90 %s, p99 %s, most %s\n", len(r.times), r.statuses, at(.5), at(.9),
		at(.99), at(1))
	for why, n := range r.lost {
		fmt.Printf("%d without an answer: %s\n", n, why)
	}
	for _, path := range []string{"/healthz", "/metrics"} {
		res, err := r.client.Get(url + path)
		if err != nil {
			log.Fatal("the server does not answer: ", err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		for line := range strings.Lines(string(body)) {
			if path == "/healthz" || strings.HasPrefix(line, "process_resident_memory_bytes") ||
				strings.HasPrefix(line, "process_cpu_seconds_total") {
				fmt.Print(line)
			}
		}
	}
}
