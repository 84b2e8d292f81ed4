package lower

import "github.com/ridgepoint/ridgepoint/roofline/kernel"

func (l *Lowerer) quantised(*kernel.Kernel, int32) {}
