package zoo

import "slices"

// scenes lists the networks that segment, and the detectors of other families.
func scenes() []Entry {
	return slices.Concat(segmenters(), segformers(), ssds(), retinaNets(), detrs(), rtdetrs())
}
