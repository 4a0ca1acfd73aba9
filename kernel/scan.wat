;; The vector scan of one segment. Two functions over two memories: the codes, which all threads share and nobody changes, and
;; the scratch of one thread, which holds everything else; its addresses come from src/local/vectors/scan-layout.ts.
;;
;; Codes lie in blocks of 32 rows, byte by byte:
;;
;;     byte 0 of rows 0…15 │ byte 0 of rows 16…31 │ byte 1 of rows 0…15 │ byte 1 of rows 16…31 │ …
;;
;; so that one instruction works on the same 8 dimensions of 16 rows. Each half byte (4 sign bits) of a code picks one of 16
;; numbers from a table made for the query; the sum of the picked numbers is the row's score (André et al., "Cache locality
;; is not enough: high-performance nearest neighbor search with product quantization fast scan", VLDB 2015).
(module
  (import "host" "scratch" (memory 1))
  (import "host" "codes" (memory $codes 0 65536 shared))

  ;; Looks at rows [from, to) in order and writes { score u32, row u32 } at `out` for each one that scores above `threshold`.
  ;; Stops early when fewer than 32 more would fit before `outEnd`. Returns the first row not looked at, and the end of what
  ;; was written.
  (func (export "scan")
    (param $from i32)
    (param $to i32)
    (param $steps i32)      ;; half the bytes of a row's code
    (param $tables i32)     ;; address of the tables: 16 bytes for the low half of code byte 0, 16 for its high half, …
    (param $allow i32)      ;; address of one byte per row, 0 = leave out; or 0 to let all through
    (param $threshold i32)
    (param $out i32)
    (param $outEnd i32)
    (param $scratch i32)    ;; address of 64 bytes
    (result i32 i32)

    (local $row i32) (local $code i32) (local $table i32) (local $step i32) (local $hits i32) (local $hit i32)
    (local $codeBytes i32)
    (local $halfByte v128) (local $evenBytes v128) (local $limit v128)
    (local $codeA v128) (local $codeB v128) (local $low v128) (local $high v128)
    ;; A: rows 0…15 of the block, B: rows 16…31. `sum`: 16 sums of 8 bits. `all`: 8 sums of 16 bits, of which the upper byte
    ;; also holds the row of the odd place; `odd`: those alone, to take them off `all` in the end.
    (local $sumA v128) (local $sumB v128)
    (local $allA v128) (local $allB v128) (local $oddA v128) (local $oddB v128)
    (local $hitA v128) (local $hitB v128)

    (local.set $halfByte (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))
    (local.set $evenBytes (v128.const i16x8 255 255 255 255 255 255 255 255))
    (local.set $limit (i16x8.splat (local.get $threshold)))
    (local.set $row (i32.and (local.get $from) (i32.const -32)))
    (local.set $codeBytes (i32.shl (local.get $steps) (i32.const 6)))  ;; of a block
    (local.set $code (i32.mul (i32.shr_u (local.get $row) (i32.const 5)) (local.get $codeBytes)))

    (block $done
      (loop $nextBlock
        (br_if $done (i32.ge_u (local.get $row) (local.get $to)))
        (br_if $done (i32.gt_u (i32.add (local.get $out) (i32.const 256)) (local.get $outEnd)))

        (block $blockDone
          ;; Nothing allowed in this block: skip it.
          (if (local.get $allow)
            (then
              (if (i32.eqz (v128.any_true (v128.or
                    (v128.load (i32.add (local.get $allow) (local.get $row)))
                    (v128.load offset=16 (i32.add (local.get $allow) (local.get $row))))))
                (then
                  (local.set $code (i32.add (local.get $code) (local.get $codeBytes)))
                  (br $blockDone)))))

          (local.set $allA (v128.const i32x4 0 0 0 0))
          (local.set $allB (v128.const i32x4 0 0 0 0))
          (local.set $oddA (v128.const i32x4 0 0 0 0))
          (local.set $oddB (v128.const i32x4 0 0 0 0))
          (local.set $table (local.get $tables))
          (local.set $step (local.get $steps))
          ;; Two code bytes a step: four numbers of at most 63 just fit into 8 bits.
          (loop $nextStep
            (local.set $codeA (v128.load $codes (local.get $code)))
            (local.set $codeB (v128.load $codes offset=16 (local.get $code)))
            (local.set $low (v128.load (local.get $table)))
            (local.set $high (v128.load offset=16 (local.get $table)))
            (local.set $sumA (i8x16.add
              (i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $codeA) (local.get $halfByte)))
              (i8x16.relaxed_swizzle (local.get $high)
                (v128.and (i16x8.shr_u (local.get $codeA) (i32.const 4)) (local.get $halfByte)))))
            (local.set $sumB (i8x16.add
              (i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $codeB) (local.get $halfByte)))
              (i8x16.relaxed_swizzle (local.get $high)
                (v128.and (i16x8.shr_u (local.get $codeB) (i32.const 4)) (local.get $halfByte)))))

            (local.set $codeA (v128.load $codes offset=32 (local.get $code)))
            (local.set $codeB (v128.load $codes offset=48 (local.get $code)))
            (local.set $low (v128.load offset=32 (local.get $table)))
            (local.set $high (v128.load offset=48 (local.get $table)))
            (local.set $sumA (i8x16.add (local.get $sumA) (i8x16.add
              (i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $codeA) (local.get $halfByte)))
              (i8x16.relaxed_swizzle (local.get $high)
                (v128.and (i16x8.shr_u (local.get $codeA) (i32.const 4)) (local.get $halfByte))))))
            (local.set $sumB (i8x16.add (local.get $sumB) (i8x16.add
              (i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $codeB) (local.get $halfByte)))
              (i8x16.relaxed_swizzle (local.get $high)
                (v128.and (i16x8.shr_u (local.get $codeB) (i32.const 4)) (local.get $halfByte))))))

            (local.set $allA (i16x8.add (local.get $allA) (local.get $sumA)))
            (local.set $allB (i16x8.add (local.get $allB) (local.get $sumB)))
            (local.set $oddA (i16x8.add (local.get $oddA) (i16x8.shr_u (local.get $sumA) (i32.const 8))))
            (local.set $oddB (i16x8.add (local.get $oddB) (i16x8.shr_u (local.get $sumB) (i32.const 8))))

            (local.set $code (i32.add (local.get $code) (i32.const 64)))
            (local.set $table (i32.add (local.get $table) (i32.const 64)))
            (br_if $nextStep (local.tee $step (i32.sub (local.get $step) (i32.const 1)))))

          ;; From here `all` holds the scores of the even rows alone.
          (local.set $allA (i16x8.sub (local.get $allA) (i16x8.shl (local.get $oddA) (i32.const 8))))
          (local.set $allB (i16x8.sub (local.get $allB) (i16x8.shl (local.get $oddB) (i32.const 8))))
          ;; One byte per row, in the order of rows: 255 = above the threshold.
          (local.set $hitA (v128.bitselect
            (i16x8.gt_s (local.get $allA) (local.get $limit)) (i16x8.gt_s (local.get $oddA) (local.get $limit))
            (local.get $evenBytes)))
          (local.set $hitB (v128.bitselect
            (i16x8.gt_s (local.get $allB) (local.get $limit)) (i16x8.gt_s (local.get $oddB) (local.get $limit))
            (local.get $evenBytes)))
          (br_if $blockDone (i32.eqz (v128.any_true (v128.or (local.get $hitA) (local.get $hitB)))))

          (if (local.get $allow)
            (then
              (local.set $hitA (v128.and (local.get $hitA)
                (i8x16.ne (v128.load (i32.add (local.get $allow) (local.get $row))) (v128.const i32x4 0 0 0 0))))
              (local.set $hitB (v128.and (local.get $hitB)
                (i8x16.ne (v128.load offset=16 (i32.add (local.get $allow) (local.get $row)))
                  (v128.const i32x4 0 0 0 0))))))
          (local.set $hits (i32.or
            (i8x16.bitmask (local.get $hitA))
            (i32.shl (i8x16.bitmask (local.get $hitB)) (i32.const 16))))
          ;; Rows of the first and last block that lie outside [from, to).
          (if (i32.lt_u (local.get $row) (local.get $from))
            (then
              (local.set $hits (i32.and (local.get $hits)
                (i32.shl (i32.const -1) (i32.sub (local.get $from) (local.get $row)))))))
          (if (i32.lt_u (i32.sub (local.get $to) (local.get $row)) (i32.const 32))
            (then
              (local.set $hits (i32.and (local.get $hits)
                (i32.sub (i32.shl (i32.const 1) (i32.sub (local.get $to) (local.get $row))) (i32.const 1))))))
          (br_if $blockDone (i32.eqz (local.get $hits)))

          ;; Scores by row: row r of a half is word r / 2 of its even or odd vector.
          (v128.store (local.get $scratch) (local.get $allA))
          (v128.store offset=16 (local.get $scratch) (local.get $oddA))
          (v128.store offset=32 (local.get $scratch) (local.get $allB))
          (v128.store offset=48 (local.get $scratch) (local.get $oddB))
          (loop $nextHit
            (local.set $hit (i32.ctz (local.get $hits)))
            (i32.store (local.get $out) (i32.load16_u (i32.add (local.get $scratch)
              (i32.or
                (i32.and (local.get $hit) (i32.const 14))
                (i32.or
                  (i32.shl (i32.and (local.get $hit) (i32.const 1)) (i32.const 4))
                  (i32.shl (i32.and (local.get $hit) (i32.const 16)) (i32.const 1)))))))
            (i32.store offset=4 (local.get $out) (i32.add (local.get $row) (local.get $hit)))
            (local.set $out (i32.add (local.get $out) (i32.const 8)))
            (br_if $nextHit
              (local.tee $hits (i32.and (local.get $hits) (i32.sub (local.get $hits) (i32.const 1)))))))

        (local.set $row (i32.add (local.get $row) (i32.const 32)))
        (br $nextBlock)))

    (select (local.get $row) (local.get $to) (i32.lt_u (local.get $row) (local.get $to)))
    (local.get $out))

  ;; Dot products of int8 records with one query of 16-bit numbers: `count` records, `stride` bytes apart, each read in
  ;; chunks of 16 bytes; the query is filled up with zeros, so that what follows a record's values does not count.
  ;; Writes one i32 each at `out`. The caller scales the query so that no sum overflows.
  (func (export "dot")
    (param $record i32) (param $stride i32) (param $count i32) (param $query i32) (param $chunks i32) (param $out i32)
    (local $value i32) (local $weight i32) (local $chunk i32)
    (local $bytes v128) (local $sumLow v128) (local $sumHigh v128)
    (if (i32.eqz (local.get $count)) (then (return)))
    (loop $nextRecord
      (local.set $sumLow (v128.const i32x4 0 0 0 0))
      (local.set $sumHigh (v128.const i32x4 0 0 0 0))
      (local.set $value (local.get $record))
      (local.set $weight (local.get $query))
      (local.set $chunk (local.get $chunks))
      (loop $nextChunk
        (local.set $bytes (v128.load (local.get $value)))
        (local.set $sumLow (i32x4.add (local.get $sumLow)
          (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $bytes)) (v128.load (local.get $weight)))))
        (local.set $sumHigh (i32x4.add (local.get $sumHigh)
          (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $bytes)) (v128.load offset=16 (local.get $weight)))))
        (local.set $value (i32.add (local.get $value) (i32.const 16)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 32)))
        (br_if $nextChunk (local.tee $chunk (i32.sub (local.get $chunk) (i32.const 1)))))
      (local.set $sumLow (i32x4.add (local.get $sumLow) (local.get $sumHigh)))
      (i32.store (local.get $out) (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $sumLow)) (i32x4.extract_lane 1 (local.get $sumLow)))
        (i32.add (i32x4.extract_lane 2 (local.get $sumLow)) (i32x4.extract_lane 3 (local.get $sumLow)))))
      (local.set $record (i32.add (local.get $record) (local.get $stride)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $nextRecord (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
