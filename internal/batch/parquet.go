package batch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// parquetFile is the encoder of Parquet. Every chunk is a row group. Readers find row groups by the footer, which is
// written last, so a file grows by appending and a checkpoint needs the description of its row group alone.
type parquetFile struct{}

const parquetMagic = "PAR1"

// head returns the magic number that begins a file.
func (parquetFile) head() ([]byte, error) { return []byte(parquetMagic), nil }

// chunk writes rows as a file of its own and returns its row group, with the description moved to where it will stand.
func (parquetFile) chunk(rows []Row, at int64) (data, note []byte, err error) {
	whole, meta, err := fileOf(rows)
	if err != nil {
		return nil, nil, err
	}
	if len(meta.RowGroups) != 1 {
		return nil, nil, errors.New("found a chunk that is not one row group")
	}
	group := &meta.RowGroups[0]
	end := move(group, at-int64(len(parquetMagic)))
	note, err = thrift.Marshal(new(thrift.CompactProtocol), group)
	return whole[len(parquetMagic):end], note, err
}

// fileOf returns rows as a Parquet file, and its footer.
func fileOf(rows []Row) ([]byte, *format.FileMetaData, error) {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[Row](&b, parquet.MaxRowsPerRowGroup(math.MaxInt32),
		parquet.KeyValueMetadata("ridgepoint.schema", Schema))
	if _, err := w.Write(rows); err != nil {
		return nil, nil, err
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	whole := b.Bytes()
	tail := len(whole) - len(parquetMagic) - 4
	size := int(binary.LittleEndian.Uint32(whole[tail:]))
	meta := new(format.FileMetaData)
	return whole, meta, thrift.Unmarshal(new(thrift.CompactProtocol), whole[tail-size:tail], meta)
}

// move shifts the places of a row group in a file, and returns where its pages ended before. Its page indexes hold
// places too and are left out.
func move(g *format.RowGroup, by int64) (end int64) {
	for i := range g.Columns {
		c := &g.Columns[i]
		m := &c.MetaData
		start := m.DataPageOffset
		if m.DictionaryPageOffset > 0 {
			start = min(start, m.DictionaryPageOffset)
			m.DictionaryPageOffset += by
		}
		end = max(end, start+m.TotalCompressedSize)
		m.DataPageOffset += by
		if c.FileOffset > 0 {
			c.FileOffset += by
		}
		c.OffsetIndexOffset, c.OffsetIndexLength, c.ColumnIndexOffset, c.ColumnIndexLength = 0, 0, 0, 0
	}
	g.FileOffset += by
	return end
}

// foot returns the footer of the row groups that notes describe.
func (parquetFile) foot(notes [][]byte, _ int64) ([]byte, error) {
	_, meta, err := fileOf(nil)
	if err != nil {
		return nil, err
	}
	meta.NumRows, meta.RowGroups = 0, make([]format.RowGroup, len(notes))
	for i, note := range notes {
		g := &meta.RowGroups[i]
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), note, g); err != nil {
			return nil, err
		}
		g.Ordinal = int16(min(i, math.MaxInt16))
		meta.NumRows += g.NumRows
	}
	foot, err := thrift.Marshal(new(thrift.CompactProtocol), meta)
	if err != nil {
		return nil, err
	}
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(foot)))
	return append(foot, parquetMagic...), nil
}
