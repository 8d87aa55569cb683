// QR codes (ISO/IEC 18004:2015): bytes, error correction level M, the smallest of the 40 versions that holds the text.

// Codewords for error correction in each block, and the number of blocks, of versions 1 to 40 at level M (table 9).
const correctionLengths = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
  26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
]
const blockCounts = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
  17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
]

/** Returns the code of a text as rows of booleans: true is a dark module. The quiet zone is left to the caller. */
export function encodeQr(text) {
  const bytes = new TextEncoder().encode(text)
  const version = findVersion(bytes.length)
  const { grid, free } = drawPatterns(version)
  placeCodewords(grid, free, addCorrection(version, writeData(version, bytes)))
  return chooseMask(grid, free)
}

/** Returns the centers of the alignment patterns on one axis (annex E). */
function alignmentCenters(version) {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const last = 4 * version + 10
  const step = version === 32 ? 26 : Math.ceil((last - 6) / (count - 1) / 2) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, index) => last - (count - 2 - index) * step)]
}

/** Returns the number of codewords of a version: the modules that no function pattern takes. */
function countCodewords(version) {
  const size = 4 * version + 17
  const centers = alignmentCenters(version).length
  let modules = size * size - 3 * 64 - 2 * (size - 16) - 31
  // Those on the timing patterns share five modules with them.
  if (centers) modules -= 25 * (centers * centers - 3) - 10 * (centers - 2)
  if (version >= 7) modules -= 36
  return Math.floor(modules / 8)
}

const countData = (version) => countCodewords(version) - correctionLengths[version - 1] * blockCounts[version - 1]
const lengthBits = (version) => version < 10 ? 8 : 16

function findVersion(length) {
  for (let version = 1; version <= 40; version++)
    if (4 + lengthBits(version) + 8 * length <= 8 * countData(version)) return version
  throw new RangeError('The text is too long for a QR code.')
}

/** Returns the data codewords: the mode (0100, bytes), the length, the bytes, a terminator and padding (section 7.4). */
function writeData(version, bytes) {
  const bits = []
  const write = (value, length) => { for (let bit = length - 1; bit >= 0; bit--) bits.push(value >> bit & 1) }
  write(4, 4)
  write(bytes.length, lengthBits(version))
  for (const byte of bytes) write(byte, 8)
  const capacity = 8 * countData(version)
  write(0, Math.min(4, capacity - bits.length))
  write(0, (8 - bits.length % 8) % 8)
  for (let padding = 0xEC; bits.length < capacity; padding ^= 0xEC ^ 0x11) write(padding, 8)
  return Array.from({ length: capacity / 8 }, (_, index) => bits.slice(8 * index, 8 * index + 8).reduce((byte, bit) => byte << 1 | bit))
}

/** Multiplies in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1 (section 7.5.2). */
function multiply(left, right) {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = product << 1 ^ (product >> 7) * 0x11D
    product ^= (right >> bit & 1) * left
  }
  return product
}

/** Returns the coefficients of the generator polynomial of a degree, without the leading one. */
function generatorOf(degree) {
  const generator = Array(degree).fill(0)
  generator[degree - 1] = 1
  for (let power = 0, root = 1; power < degree; power++, root = multiply(root, 2))
    for (let index = 0; index < degree; index++)
      generator[index] = multiply(generator[index], root) ^ (generator[index + 1] ?? 0)
  return generator
}

function remainderOf(data, generator) {
  const remainder = Array(generator.length).fill(0)
  for (const byte of data) {
    const factor = byte ^ remainder.shift()
    remainder.push(0)
    generator.forEach((coefficient, index) => { remainder[index] ^= multiply(coefficient, factor) })
  }
  return remainder
}

/** Splits the data into blocks, and interleaves them with their error correction (section 7.6). */
function addCorrection(version, data) {
  const count = blockCounts[version - 1]
  const generator = generatorOf(correctionLengths[version - 1])
  const short = Math.floor(data.length / count)
  const shortCount = count - data.length % count
  const blocks = []
  for (let index = 0, start = 0; index < count; index++) {
    const block = data.slice(start, start += short + (index < shortCount ? 0 : 1))
    blocks.push({ block, correction: remainderOf(block, generator) })
  }
  const interleave = (parts, length) => Array.from({ length }, (_, index) => parts.map(part => part[index])).flat()
    .filter(codeword => codeword !== undefined)
  return [
    ...interleave(blocks.map(({ block }) => block), short + 1),
    ...interleave(blocks.map(({ correction }) => correction), generator.length),
  ]
}

/** Draws finder, timing and alignment patterns and the version, and reserves the room of the format (section 6.3). */
function drawPatterns(version) {
  const size = 4 * version + 17
  const grid = Array.from({ length: size }, () => Array(size).fill(false))
  const free = Array.from({ length: size }, () => Array(size).fill(true))
  const set = (x, y, isDark) => {
    if (grid[y]?.[x] === undefined) return
    grid[y][x] = isDark
    free[y][x] = false
  }
  const drawSquare = (centerX, centerY, radius, isDark) => {
    for (let y = -radius; y <= radius; y++)
      for (let x = -radius; x <= radius; x++) set(centerX + x, centerY + y, isDark(Math.max(Math.abs(x), Math.abs(y))))
  }

  for (let index = 0; index < size; index++) {
    set(6, index, index % 2 === 0)
    set(index, 6, index % 2 === 0)
  }
  const centers = alignmentCenters(version)
  const last = centers.length - 1
  centers.forEach((x, column) => centers.forEach((y, row) => {
    const isInFinder = (column === 0 && row === 0) || (column === 0 && row === last) || (column === last && row === 0)
    if (!isInFinder) drawSquare(x, y, 2, distance => distance !== 1)
  }))
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]])
    drawSquare(x, y, 4, distance => distance !== 2 && distance !== 4)
  for (let index = 0; index < 9; index++) {
    if (free[8][index]) set(index, 8, false)
    if (free[index][8]) set(8, index, false)
    if (index < 8) {
      set(size - 1 - index, 8, false)
      set(8, size - 1 - index, false)
    }
  }
  if (version >= 7) {
    const bits = version << 12 | checkBits(version, 0x1F25, 12)
    for (let index = 0; index < 18; index++) {
      const [near, far] = [Math.floor(index / 3), size - 11 + index % 3]
      set(far, near, Boolean(bits >> index & 1))
      set(near, far, Boolean(bits >> index & 1))
    }
  }
  return { grid, free }
}

/** Returns the BCH check bits of a value (annexes C and D). */
function checkBits(value, polynomial, length) {
  let rest = value
  for (let bit = 0; bit < length; bit++) rest = rest << 1 ^ (rest >> length - 1) * polynomial
  return rest
}

/** Places the codewords in columns of two from the right, upwards and downwards in turn (section 7.7.3). */
function placeCodewords(grid, free, codewords) {
  const size = grid.length
  let index = 0
  for (let right = size - 1, isUp = true; right > 0; right -= 2, isUp = !isUp) {
    // The vertical timing pattern is no column.
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const y = isUp ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (!free[y][x]) continue
        grid[y][x] = Boolean(codewords[index >> 3] >> 7 - (index & 7) & 1)
        index++
      }
    }
  }
}

// The masks (table 10), of column x and row y.
const masks = [
  (x, y) => (x + y) % 2,
  (x, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => x * y % 2 + x * y % 3,
  (x, y) => (x * y % 2 + x * y % 3) % 2,
  (x, y) => ((x + y) % 2 + x * y % 3) % 2,
]

/** Returns the grid under the mask that readers find easiest. */
function chooseMask(grid, free) {
  const masked = masks.map((mask, number) => {
    const copy = grid.map((row, y) => row.map((isDark, x) => isDark !== (free[y][x] && mask(x, y) === 0)))
    drawFormat(copy, number)
    return copy
  })
  const penalties = masked.map(penaltyOf)
  return masked[penalties.indexOf(Math.min(...penalties))]
}

/** Draws the level (M is 00) and the mask, twice (section 7.9.1). */
function drawFormat(grid, mask) {
  const size = grid.length
  const bits = (mask << 10 | checkBits(mask, 0x537, 10)) ^ 0x5412
  for (let index = 0; index < 15; index++) {
    const isDark = Boolean(bits >> index & 1)
    if (index < 8) {
      grid[index < 6 ? index : index + 1][8] = isDark
      grid[8][size - 1 - index] = isDark
    } else {
      grid[8][index < 9 ? 7 : 14 - index] = isDark
      grid[size - 15 + index][8] = isDark
    }
  }
  grid[size - 8][8] = true
}

/** Counts what disturbs readers: long runs, blocks, what looks like a finder pattern, and too much of one color (section 7.8.3). */
function penaltyOf(grid) {
  const size = grid.length
  const lines = [...grid, ...grid.map((_, x) => grid.map(row => row[x]))]
    .map(line => line.map(isDark => isDark ? '1' : '0').join(''))
  let penalty = 0
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2
    penalty += 40 * [...line.matchAll(/(?=00001011101|10111010000)/g)].length
  }
  let dark = 0
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (grid[y][x]) dark++
      if (x && y && grid[y][x] === grid[y - 1][x] && grid[y][x] === grid[y][x - 1] && grid[y][x] === grid[y - 1][x - 1]) penalty += 3
    }
  return penalty + 10 * Math.floor(Math.abs(dark * 20 / (size * size) - 10))
}
