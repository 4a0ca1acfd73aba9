;; Adds up rows of an int8 matrix, each times its scale, in float32: what the built-in encoder does with the tokens of a text.
;; The addresses come from src/encoder/static/token-matrix.ts.
(module
  (import "host" "memory" (memory 1))

  ;; sum[d] += scales[row] × vectors[row][d], for each of `count` rows and every dimension, rounding after each step.
  (func (export "add")
    (param $rows i32)       ;; address of `count` u32: the rows to add
    (param $count i32)
    (param $vectors i32)    ;; address of row 0
    (param $scales i32)     ;; address of one f32 per row of the matrix
    (param $sum i32)        ;; address of one f32 per dimension
    (param $dimensions i32) ;; a multiple of 16
    (local $row i32) (local $value i32) (local $total i32) (local $left i32)
    (local $scale v128) (local $bytes v128) (local $words v128)
    (if (i32.eqz (local.get $count)) (then (return)))
    (loop $nextRow
      (local.set $row (i32.load (local.get $rows)))
      (local.set $scale (v128.load32_splat (i32.add (local.get $scales) (i32.shl (local.get $row) (i32.const 2)))))
      (local.set $value (i32.add (local.get $vectors) (i32.mul (local.get $row) (local.get $dimensions))))
      (local.set $total (local.get $sum))
      (local.set $left (local.get $dimensions))
      (loop $next16
        (local.set $bytes (v128.load (local.get $value)))

        (local.set $words (i16x8.extend_low_i8x16_s (local.get $bytes)))
        (v128.store (local.get $total) (f32x4.add (v128.load (local.get $total))
          (f32x4.mul (local.get $scale) (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $words))))))
        (v128.store offset=16 (local.get $total) (f32x4.add (v128.load offset=16 (local.get $total))
          (f32x4.mul (local.get $scale) (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $words))))))

        (local.set $words (i16x8.extend_high_i8x16_s (local.get $bytes)))
        (v128.store offset=32 (local.get $total) (f32x4.add (v128.load offset=32 (local.get $total))
          (f32x4.mul (local.get $scale) (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $words))))))
        (v128.store offset=48 (local.get $total) (f32x4.add (v128.load offset=48 (local.get $total))
          (f32x4.mul (local.get $scale) (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $words))))))

        (local.set $value (i32.add (local.get $value) (i32.const 16)))
        (local.set $total (i32.add (local.get $total) (i32.const 64)))
        (br_if $next16 (local.tee $left (i32.sub (local.get $left) (i32.const 16)))))
      (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
      (br_if $nextRow (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
