package ops

import (
	"fmt"

	"github.com/ridgepoint/ridgepoint/internal/sat"
)

// A window is the sliding window of a convolution or pool over the spatial dims.
type window struct {
	kernel, stride, dilation []int64
	padBegin, padEnd         []int64
	auto                     string
	ceil                     bool
}

// newWindow reads the attributes that convolutions and pools share. kernel may be nil: then kernel_shape is read.
func newWindow(c *Call, kernel []int64, spatial int) (*window, error) {
	w := &c.win
	*w = window{kernel: kernel, auto: c.Str("auto_pad", "NOTSET"), ceil: c.Int("ceil_mode", 0) != 0}
	if w.kernel == nil {
		w.kernel = c.Ints("kernel_shape")
	}
	if spatial < 0 || len(w.kernel) != spatial {
		return nil, fmt.Errorf("kernel %v does not fit %d spatial dimensions", w.kernel, max(spatial, 0))
	}
	var err error
	if w.stride, err = listOf(c, "strides", spatial, 1); err != nil {
		return nil, err
	}
	if w.dilation, err = listOf(c, "dilations", spatial, 1); err != nil {
		return nil, err
	}
	pads, err := listOf(c, "pads", 2*spatial, 0)
	if err != nil {
		return nil, err
	}
	w.padBegin, w.padEnd = pads[:spatial], pads[spatial:]
	for i := range spatial {
		if w.stride[i] < 1 || w.dilation[i] < 1 || w.kernel[i] < 1 {
			return nil, fmt.Errorf("kernel %v, strides %v and dilations %v must be positive", w.kernel, w.stride, w.dilation)
		}
	}
	return w, nil
}

// listOf returns an integer-list attribute of n members, all def if it is absent.
func listOf(c *Call, name string, n int, def int64) ([]int64, error) {
	if v := c.Ints(name); v != nil {
		if len(v) != n {
			return nil, fmt.Errorf("attribute %s has %d members, expected %d", name, len(v), n)
		}
		return v, nil
	}
	v := c.NewShape(n)
	for i := range v {
		v[i] = def
	}
	return v, nil
}

// span returns the extent of the dilated kernel along dim i.
func (w *window) span(i int) int64 { return sat.Mul(w.dilation[i], w.kernel[i]-1) + 1 }

// out returns the output size along spatial dim i for an input of size in.
func (w *window) out(i int, in int64) (int64, error) {
	switch w.auto {
	case "SAME_UPPER", "SAME_LOWER":
		return ceilDiv(in, w.stride[i]), nil
	}
	begin, end := w.padBegin[i], w.padEnd[i]
	if w.auto == "VALID" {
		begin, end = 0, 0
	}
	padded := in + begin + end
	room := padded - w.span(i)
	if room < 0 {
		return 0, fmt.Errorf("a kernel spanning %d does not fit an input of %d padded to %d: the images are too small for "+
			"this network; expected a larger size", w.span(i), in, padded)
	}
	n := room/w.stride[i] + 1
	if w.ceil {
		n = ceilDiv(room, w.stride[i]) + 1
		if (n-1)*w.stride[i] >= in+begin { // no window may begin in the end padding
			n--
		}
	}
	return n, nil
}

// inverse returns the output size of a transposed convolution along dim i.
func (w *window) inverse(i int, in, extra int64) int64 {
	if w.auto == "SAME_UPPER" || w.auto == "SAME_LOWER" {
		return in * w.stride[i]
	}
	n := w.stride[i]*(in-1) + extra + w.span(i)
	if w.auto == "VALID" {
		return n
	}
	return n - w.padBegin[i] - w.padEnd[i]
}

// ceilDiv returns a / b rounded up. b is not 0.
func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }

// floorDiv returns a / b rounded down. b is not 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
