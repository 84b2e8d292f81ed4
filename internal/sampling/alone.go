package sampling

// Alone skips a test under the race detector. It is for tests of texts and numbers that one goroutine makes, or a
// program of its own: the detector sees nothing there, and takes ten times the time. CI runs each of them without.
func Alone(t interface {
	Helper()
	Skip(...any)
}) {
	t.Helper()
	if Race {
		t.Skip("one goroutine makes it: run without the race detector")
	}
}
