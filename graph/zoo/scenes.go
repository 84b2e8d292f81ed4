package zoo

import "slices"

// scenes lists the networks that segment, and the detectors of other families.
var scenes = slices.Concat(segmenters, segformers, ssds, retinaNets, detrs, rtdetrs)
