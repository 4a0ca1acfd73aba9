;; The keyword stage of a search of one segment: each row collects a score and the bits of the terms that it holds, then the
;; rows that hold enough are written down. The addresses come from src/local/terms/board-layout.ts; its scalar twin is
;; src/local/terms/scalar-board.ts. Engines do not inline calls here, so what runs for each posting stands where it is used.
(module
  (import "host" "memory" (memory 1))

  ;; Reads `left` postings (see src/local/segment/postings.ts), the first of which counts from `row`, and credits those in
  ;; [from, to): adds weight × frequency / (frequency + flat + perTerm × terms of the row) to the row's score, and `bits` to
  ;; its bits. With an address in `sums` it adds their frequencies there instead, a byte per row, up to 63: several terms that
  ;; are one to a query.
  (func (export "add")
    (param $at i32) (param $left i32) (param $row i32) (param $from i32) (param $to i32)
    (param $scores i32) (param $seen i32) (param $counts i32) (param $sums i32)
    (param $weight f64) (param $flat f64) (param $perTerm f64) (param $bits i32)
    (local $value i32) (local $byte i32) (local $shift i32) (local $repeats i32) (local $place i32) (local $times f64)
    (block $done
      (br_if $done (i32.eqz (local.get $left)))
      (loop $next
        (local.set $value (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.ge_u (local.get $value) (i32.const 128))
          (then
            ;; A number of more than five bytes, which no writer makes, is cut.
            (local.set $value (i32.and (local.get $value) (i32.const 127)))
            (local.set $shift (i32.const 0))
            (loop $nextByte
              (local.set $shift (i32.add (local.get $shift) (i32.const 7)))
              (local.set $byte (i32.load8_u (local.get $at)))
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (local.set $value (i32.or (local.get $value)
                (i32.shl (i32.and (local.get $byte) (i32.const 127)) (local.get $shift))))
              (br_if $nextByte (i32.and
                (i32.ge_u (local.get $byte) (i32.const 128)) (i32.lt_u (local.get $shift) (i32.const 28)))))))
        (local.set $row (i32.add (local.get $row) (i32.shr_u (local.get $value) (i32.const 1))))
        ;; The frequency, 1 where it is not written. Without a branch: whether a word is repeated cannot be foreseen.
        (local.set $repeats (i32.and (local.get $value) (i32.const 1)))
        (local.set $value (select (i32.load8_u (local.get $at)) (i32.const 1) (local.get $repeats)))
        (local.set $at (i32.add (local.get $at) (local.get $repeats)))

        (br_if $done (i32.ge_s (local.get $row) (local.get $to)))
        (if (i32.ge_s (local.get $row) (local.get $from))
          (then
            (if (local.get $sums)
              (then
                (local.set $place (i32.add (local.get $sums) (local.get $row)))
                (local.set $value (i32.add (local.get $value) (i32.load8_u (local.get $place))))
                (i32.store8 (local.get $place)
                  (select (local.get $value) (i32.const 63) (i32.lt_u (local.get $value) (i32.const 63)))))
              (else
                (local.set $times (f64.convert_i32_u (local.get $value)))
                (local.set $place (i32.add (local.get $scores) (i32.shl (local.get $row) (i32.const 2))))
                (f32.store (local.get $place) (f32.demote_f64 (f64.add
                  (f64.promote_f32 (f32.load (local.get $place)))
                  (f64.div
                    (f64.mul (local.get $weight) (local.get $times))
                    (f64.add (local.get $times) (f64.add (local.get $flat) (f64.mul (local.get $perTerm)
                      (f64.convert_i32_u (i32.load16_u
                        (i32.add (local.get $counts) (i32.shl (local.get $row) (i32.const 1))))))))))))
                (local.set $place (i32.add (local.get $seen) (i32.shl (local.get $row) (i32.const 2))))
                (i32.store (local.get $place) (i32.or (i32.load (local.get $place)) (local.get $bits)))))))
        (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))

  ;; Credits the rows in [row, to) that have a sum, as `add` does.
  (func (export "addSums")
    (param $row i32) (param $to i32)
    (param $scores i32) (param $seen i32) (param $counts i32) (param $sums i32)
    (param $weight f64) (param $flat f64) (param $perTerm f64) (param $bits i32)
    (local $sum i32) (local $place i32) (local $times f64)
    (block $done
      (loop $next
        (br_if $done (i32.ge_s (local.get $row) (local.get $to)))
        (if (local.tee $sum (i32.load8_u (i32.add (local.get $sums) (local.get $row))))
          (then
            (local.set $times (f64.convert_i32_u (local.get $sum)))
            (local.set $place (i32.add (local.get $scores) (i32.shl (local.get $row) (i32.const 2))))
            (f32.store (local.get $place) (f32.demote_f64 (f64.add
              (f64.promote_f32 (f32.load (local.get $place)))
              (f64.div
                (f64.mul (local.get $weight) (local.get $times))
                (f64.add (local.get $times) (f64.add (local.get $flat) (f64.mul (local.get $perTerm)
                  (f64.convert_i32_u (i32.load16_u
                    (i32.add (local.get $counts) (i32.shl (local.get $row) (i32.const 1))))))))))))
            (local.set $place (i32.add (local.get $seen) (i32.shl (local.get $row) (i32.const 2))))
            (i32.store (local.get $place) (i32.or (i32.load (local.get $place)) (local.get $bits)))))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next))))

  ;; Looks at rows [row, to) in order, sixteen at a time. A row that has the `must` bits and weighs `needed`, or that was chosen
  ;; (the sign bit), is written to `rows` with `base` added, its score to `rowScores`. One that weighs `least` and scores `floor` or more,
  ;; whatever it has of the `must` bits, is written to `best` as { row u32, score f32 }; stops where sixteen more would not fit before `bestEnd`.
  ;; A row without any bit is neither, nor, since it could not be, one with a single bit that is not among `strong`.
  ;; Returns the first row not looked at and the ends of what was written to `rows` and `best`.
  (func (export "collect")
    (param $row i32) (param $to i32) (param $seen i32) (param $scores i32)
    (param $allow i32)      ;; address of one byte per row, 0 = leave out; or 0 to let all through
    (param $tables i32) (param $must i32) (param $joined i32) (param $needed i32) (param $least i32) (param $floor f32)
    (param $strong i32)
    (param $base i32) (param $rows i32) (param $rowScores i32) (param $best i32) (param $bestEnd i32)
    (result i32 i32 i32)
    (local $at i32) (local $left i32) (local $hit i32) (local $bits i32) (local $covered i32) (local $weight i32)
    (local $matches i32) (local $score f32) (local $none v128) (local $strongOnes v128) (local $one v128) (local $four v128)
    (local.set $strongOnes (i32x4.splat (local.get $strong)))
    (local.set $one (i32x4.splat (i32.const 1)))
    (block $done
      (loop $nextRows
        (br_if $done (i32.ge_u (local.get $row) (local.get $to)))
        (br_if $done (i32.gt_u (i32.add (local.get $best) (i32.const 128)) (local.get $bestEnd)))
        (local.set $at (i32.add (local.get $seen) (i32.shl (local.get $row) (i32.const 2))))
        ;; A bit for each row that has two bits or a strong one: v & (v - 1 | strong) is 0 for no others. What lies behind the last row is cut off.
        (local.set $left (i32.or
          (i32.or
            (i32x4.bitmask (i32x4.ne (v128.and (local.tee $four (v128.load (local.get $at))) (v128.or (local.get $strongOnes) (i32x4.sub (local.get $four) (local.get $one)))) (local.get $none)))
            (i32.shl (i32x4.bitmask (i32x4.ne (v128.and (local.tee $four (v128.load offset=16 (local.get $at))) (v128.or (local.get $strongOnes) (i32x4.sub (local.get $four) (local.get $one)))) (local.get $none))) (i32.const 4)))
          (i32.or
            (i32.shl (i32x4.bitmask (i32x4.ne (v128.and (local.tee $four (v128.load offset=32 (local.get $at))) (v128.or (local.get $strongOnes) (i32x4.sub (local.get $four) (local.get $one)))) (local.get $none))) (i32.const 8))
            (i32.shl (i32x4.bitmask (i32x4.ne (v128.and (local.tee $four (v128.load offset=48 (local.get $at))) (v128.or (local.get $strongOnes) (i32x4.sub (local.get $four) (local.get $one)))) (local.get $none))) (i32.const 12)))))
        (if (i32.lt_u (i32.sub (local.get $to) (local.get $row)) (i32.const 16))
          (then (local.set $left (i32.and (local.get $left)
            (i32.sub (i32.shl (i32.const 1) (i32.sub (local.get $to) (local.get $row))) (i32.const 1))))))
        (if (local.get $allow)
          (then (local.set $left (i32.and (local.get $left) (i8x16.bitmask (i8x16.ne
            (v128.load (i32.add (local.get $allow) (local.get $row))) (local.get $none)))))))
        (block $rowsDone
          (br_if $rowsDone (i32.eqz (local.get $left)))
          (loop $nextHit
            (local.set $hit (i32.ctz (local.get $left)))
            (local.set $bits (i32.load (i32.add (local.get $at) (i32.shl (local.get $hit) (i32.const 2)))))
            (local.set $hit (i32.add (local.get $row) (local.get $hit)))
            (local.set $score (f32.load (i32.add (local.get $scores) (i32.shl (local.get $hit) (i32.const 2)))))
            ;; A character is covered by its own bit or, where `joined` says so, by the one before it. Four look-ups of a byte
            ;; each give the weight.
            (local.set $covered (i32.or
              (i32.and (local.get $bits) (i32.const 0x7fffffff))
              (i32.and (i32.shl (local.get $bits) (i32.const 1)) (local.get $joined))))
            (local.set $weight
              (i32.add
                (i32.add
                  (i32.load (i32.add (local.get $tables)
                    (i32.shl (i32.and (local.get $covered) (i32.const 255)) (i32.const 2))))
                  (i32.load offset=1024 (i32.add (local.get $tables)
                    (i32.and (i32.shr_u (local.get $covered) (i32.const 6)) (i32.const 1020)))))
                (i32.add
                  (i32.load offset=2048 (i32.add (local.get $tables)
                    (i32.and (i32.shr_u (local.get $covered) (i32.const 14)) (i32.const 1020))))
                  (i32.load offset=3072 (i32.add (local.get $tables)
                    (i32.and (i32.shr_u (local.get $covered) (i32.const 22)) (i32.const 1020)))))))
            ;; Written always, kept when it matches: a branch could not be foreseen.
            (i32.store (local.get $rows) (i32.add (local.get $base) (local.get $hit)))
            (f32.store (local.get $rowScores) (local.get $score))
            (local.set $matches (i32.shl
              (i32.or
                (i32.and
                  (i32.ge_s (local.get $weight) (local.get $needed))
                  (i32.eq (i32.and (local.get $bits) (local.get $must)) (local.get $must)))
                (i32.lt_s (local.get $bits) (i32.const 0)))
              (i32.const 2)))
            (local.set $rows (i32.add (local.get $rows) (local.get $matches)))
            (local.set $rowScores (i32.add (local.get $rowScores) (local.get $matches)))
            (if (i32.and
                  (i32.ge_s (local.get $weight) (local.get $least)) (f32.ge (local.get $score) (local.get $floor)))
              (then
                (i32.store (local.get $best) (local.get $hit))
                (f32.store offset=4 (local.get $best) (local.get $score))
                (local.set $best (i32.add (local.get $best) (i32.const 8)))))
            (br_if $nextHit
              (local.tee $left (i32.and (local.get $left) (i32.sub (local.get $left) (i32.const 1)))))))
        (local.set $row (i32.add (local.get $row) (i32.const 16)))
        (br $nextRows)))
    (select (local.get $row) (local.get $to) (i32.lt_u (local.get $row) (local.get $to)))
    (local.get $rows)
    (local.get $best)))
