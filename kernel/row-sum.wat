;; Adds up rows of an int8 matrix, each times its scale, in float32: what the built-in encoder does with the tokens of a text.
;; The addresses come from src/encoder/static/token-matrix.ts.
(module
  (import "host" "memory" (memory 1))

  ;; sum[d] += scales[row] × vectors[row][d], for each of `count` rows and every dimension, rounding after each step. It goes through
  ;; all rows for 32 dimensions at a time, whose sums stay in registers, so that it waits for the memory of several rows at once.
  ;; A byte becomes a number by being put into the highest place of an i32, which takes it times 2^24; so are the sums meanwhile,
  ;; which as a power of two changes no bit of a sum below 2^103.
  (func (export "add")
    (param $rows i32)       ;; address of `count` u32: the rows to add
    (param $count i32)
    (param $vectors i32)    ;; address of row 0
    (param $scales i32)     ;; address of one f32 per row of the matrix
    (param $sum i32)        ;; address of one f32 per dimension
    (param $dimensions i32) ;; a multiple of 16
    (result i32)            ;; means nothing; without it nothing would have to be read ahead
    (local $next i32) (local $row i32) (local $value i32) (local $left i32) (local $blocks i32) (local $ahead i32)
    (local $scale v128) (local $bytes v128) (local $factor v128)
    (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
    (local $t4 v128) (local $t5 v128) (local $t6 v128) (local $t7 v128)
    ;; Each takes four of 16 bytes to the highest places of four i32; what 128 points to is 0.
    (local $quarter0 v128) (local $quarter1 v128) (local $quarter2 v128) (local $quarter3 v128)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (local.set $factor (v128.const f32x4 0x1p24 0x1p24 0x1p24 0x1p24))
    (local.set $quarter0 (v128.const i8x16 128 128 128 0 128 128 128 1 128 128 128 2 128 128 128 3))
    (local.set $quarter1 (v128.const i8x16 128 128 128 4 128 128 128 5 128 128 128 6 128 128 128 7))
    (local.set $quarter2 (v128.const i8x16 128 128 128 8 128 128 128 9 128 128 128 10 128 128 128 11))
    (local.set $quarter3 (v128.const i8x16 128 128 128 12 128 128 128 13 128 128 128 14 128 128 128 15))
    ;; Reads every row once into the cache, one after the other without a sum that would wait for them.
    (local.set $next (local.get $rows))
    (local.set $left (local.get $count))
    (loop $nextAhead
      (local.set $value (i32.add (local.get $vectors) (i32.mul (i32.load (local.get $next)) (local.get $dimensions))))
      (local.set $row (local.get $dimensions))
      (loop $nextLine
        (local.set $ahead (i32.or (local.get $ahead) (i32.load (local.get $value))))
        (local.set $value (i32.add (local.get $value) (i32.const 64)))
        (br_if $nextLine (i32.gt_s (local.tee $row (i32.sub (local.get $row) (i32.const 64))) (i32.const 0))))
      (local.set $next (i32.add (local.get $next) (i32.const 4)))
      (br_if $nextAhead (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (if (local.tee $blocks (i32.shr_u (local.get $dimensions) (i32.const 5))) (then (loop $next32
      (local.set $next (local.get $rows))
      (local.set $left (local.get $count))
      (local.set $t0 (f32x4.mul (local.get $factor) (v128.load (local.get $sum))))
      (local.set $t1 (f32x4.mul (local.get $factor) (v128.load offset=16 (local.get $sum))))
      (local.set $t2 (f32x4.mul (local.get $factor) (v128.load offset=32 (local.get $sum))))
      (local.set $t3 (f32x4.mul (local.get $factor) (v128.load offset=48 (local.get $sum))))
      (local.set $t4 (f32x4.mul (local.get $factor) (v128.load offset=64 (local.get $sum))))
      (local.set $t5 (f32x4.mul (local.get $factor) (v128.load offset=80 (local.get $sum))))
      (local.set $t6 (f32x4.mul (local.get $factor) (v128.load offset=96 (local.get $sum))))
      (local.set $t7 (f32x4.mul (local.get $factor) (v128.load offset=112 (local.get $sum))))
      (loop $nextRow
        (local.set $row (i32.load (local.get $next)))
        (local.set $scale (v128.load32_splat (i32.add (local.get $scales) (i32.shl (local.get $row) (i32.const 2)))))
        (local.set $value (i32.add (local.get $vectors) (i32.mul (local.get $row) (local.get $dimensions))))
        (local.set $bytes (v128.load (local.get $value)))
        (local.set $t0 (f32x4.add (local.get $t0) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter0))))))
        (local.set $t1 (f32x4.add (local.get $t1) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter1))))))
        (local.set $t2 (f32x4.add (local.get $t2) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter2))))))
        (local.set $t3 (f32x4.add (local.get $t3) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter3))))))
        (local.set $bytes (v128.load offset=16 (local.get $value)))
        (local.set $t4 (f32x4.add (local.get $t4) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter0))))))
        (local.set $t5 (f32x4.add (local.get $t5) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter1))))))
        (local.set $t6 (f32x4.add (local.get $t6) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter2))))))
        (local.set $t7 (f32x4.add (local.get $t7) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter3))))))
        (local.set $next (i32.add (local.get $next) (i32.const 4)))
        (br_if $nextRow (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (v128.store (local.get $sum) (f32x4.div (local.get $t0) (local.get $factor)))
      (v128.store offset=16 (local.get $sum) (f32x4.div (local.get $t1) (local.get $factor)))
      (v128.store offset=32 (local.get $sum) (f32x4.div (local.get $t2) (local.get $factor)))
      (v128.store offset=48 (local.get $sum) (f32x4.div (local.get $t3) (local.get $factor)))
      (v128.store offset=64 (local.get $sum) (f32x4.div (local.get $t4) (local.get $factor)))
      (v128.store offset=80 (local.get $sum) (f32x4.div (local.get $t5) (local.get $factor)))
      (v128.store offset=96 (local.get $sum) (f32x4.div (local.get $t6) (local.get $factor)))
      (v128.store offset=112 (local.get $sum) (f32x4.div (local.get $t7) (local.get $factor)))
      (local.set $vectors (i32.add (local.get $vectors) (i32.const 32)))
      (local.set $sum (i32.add (local.get $sum) (i32.const 128)))
      (br_if $next32 (local.tee $blocks (i32.sub (local.get $blocks) (i32.const 1)))))))
    ;; The last 16, where there are some.
    (if (i32.and (local.get $dimensions) (i32.const 16)) (then
      (local.set $next (local.get $rows))
      (local.set $left (local.get $count))
      (local.set $t0 (f32x4.mul (local.get $factor) (v128.load (local.get $sum))))
      (local.set $t1 (f32x4.mul (local.get $factor) (v128.load offset=16 (local.get $sum))))
      (local.set $t2 (f32x4.mul (local.get $factor) (v128.load offset=32 (local.get $sum))))
      (local.set $t3 (f32x4.mul (local.get $factor) (v128.load offset=48 (local.get $sum))))
      (loop $nextRowOf16
        (local.set $row (i32.load (local.get $next)))
        (local.set $scale (v128.load32_splat (i32.add (local.get $scales) (i32.shl (local.get $row) (i32.const 2)))))
        (local.set $value (i32.add (local.get $vectors) (i32.mul (local.get $row) (local.get $dimensions))))
        (local.set $bytes (v128.load (local.get $value)))
        (local.set $t0 (f32x4.add (local.get $t0) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter0))))))
        (local.set $t1 (f32x4.add (local.get $t1) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter1))))))
        (local.set $t2 (f32x4.add (local.get $t2) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter2))))))
        (local.set $t3 (f32x4.add (local.get $t3) (f32x4.mul (local.get $scale)
          (f32x4.convert_i32x4_s (i8x16.swizzle (local.get $bytes) (local.get $quarter3))))))
        (local.set $next (i32.add (local.get $next) (i32.const 4)))
        (br_if $nextRowOf16 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (v128.store (local.get $sum) (f32x4.div (local.get $t0) (local.get $factor)))
      (v128.store offset=16 (local.get $sum) (f32x4.div (local.get $t1) (local.get $factor)))
      (v128.store offset=32 (local.get $sum) (f32x4.div (local.get $t2) (local.get $factor)))
      (v128.store offset=48 (local.get $sum) (f32x4.div (local.get $t3) (local.get $factor)))))
    (local.get $ahead)))
