// Two operations of the dsp dialect; the second asks for chunks of time.
func.func @smooth(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %slow = dsp.smooth %x, 0.125 : tensor<?x?xf32>
  %slower = dsp.smooth %slow, 0.25
      {schedule = #recur.schedule<chunked, chunk_length = 32>}
      : tensor<?x?xf32>
  return %slow, %slower : tensor<?x?xf32>, tensor<?x?xf32>
}
