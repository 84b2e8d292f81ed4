package zoo

import "slices"

// language lists the models of text, sound and pictures from text behind the first ones.
func language() []Entry {
	return slices.Concat(qwens(), llamaLikes(), generics(), t5s(), whispers(), wav2vec2s(), clips(), diffusions())
}
