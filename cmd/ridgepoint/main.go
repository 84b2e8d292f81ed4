// Command ridgepoint predicts how long an ONNX model takes on a device, by the roofline model.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/cmd/ridgepoint/internal/cli"
)

// failed gives the exit code of a program that could not do what was asked.
const failed = 2

// grace gives the time that a command has to clean up after a signal before the program ends it, unless the command
// says more. A command that waits for input does not end by itself.
const grace = 300 * time.Millisecond

// main bounds the memory, runs the command line and exits with its code.
func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // most runs end with a few MiB: collecting them in between took a fifth of their time
	}
	boundMemory()
	os.Exit(run())
}

// run runs the command line and returns its exit code, or that of the signal that ended it.
func run() int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // nohup and a shell's & ignore some, and that holds
			signal.Notify(signals, s)
		}
	}
	done := make(chan int, 1)
	var longer atomic.Int64
	streams := cli.OS()
	streams.Grace = &longer
	go func() { done <- cli.Run(ctx, os.Args[1:], streams) }()
	select {
	case code := <-done:
		return code
	case s := <-signals:
		cancel()
		select {
		case code := <-done:
			if code == 0 {
				return code // the answer is whole
			}
		case <-signals: // a second one ends the program at once
		case <-time.After(max(grace, time.Duration(longer.Load()))):
		}
		abandon()
		return signalled(s)
	}
}

// abandon leaves no half-written file behind.
func abandon() { ridgepoint.Abandon() }

// signalled returns the exit code of a program that a signal ended, as shells have it: 130 after an interrupt.
func signalled(s os.Signal) int {
	const base = 128
	if n, ok := s.(syscall.Signal); ok {
		return base + int(n)
	}
	return base
}
