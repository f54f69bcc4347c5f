import RollbookModel
import Testing

@testable import RollbookPostgreSQL

/// What the decoders make of bytes, whoever sent them. No server is needed.
@Suite("Binary values")
struct BinaryValueTests {
    @Test(
        "a numeric is read as it is written",
        arguments: [
            (0, 0), (0, 2), (1, 0), (1, 2), (-1, 2), (9_999, 0), (10_000, 0), (-123_456_789_012, 6), (7_001, 2),
            (.max, 0), (.max, 18), (.min + 1, 9), (.min, 0), (1_000_000, 3), (5, 5), (100_000_000, 8),
        ] as [(Int64, Int)])
    func numeric(units: Int64, scale: Int) {
        var bytes: [UInt8] = []
        bytes.append(numeric: FixedDecimal(units: units, scale: scale))
        bytes.withUnsafeBytes { bytes in
            #expect(BinaryValue.numericScale(bytes) == scale)
            #expect(BinaryValue.numeric(bytes, scale: scale) == units)
        }
    }

    @Test("a numeric is brought to another scale where it stays exact, and only there")
    func scales() {
        #expect(numeric([2, 0, 0, 1, 12, 5000], scale: 1) == 125)
        #expect(numeric([2, 0, 0, 1, 12, 5000], scale: 6) == 12_500_000)
        #expect(numeric([2, 0, 0, 1, 12, 5000], scale: 0) == nil)
        #expect(numeric([1, 4, 0, 0, 1000], scale: 0) == nil)
        #expect(numeric([1, 4, 0, 0, 923], scale: 0) == nil)
        #expect(numeric([1, 0xFFFF, 0x4000, 2, 100], scale: 2) == -1)
    }

    @Test("what is no number gives nothing: NaN, the infinities, a digit beyond the base, a length that lies")
    func notNumbers() {
        for words: [UInt16] in [
            [0, 0, 0xC000, 0], [0, 0, 0xD000, 0], [0, 0, 0xF000, 0], [0, 0, 0x1234, 0], [1, 0, 0, 0, 10_000],
            [2, 0, 0, 0, 1], [0, 0, 0, 0, 1], [0xFFFF, 0, 0, 0], [],
        ] { #expect(numeric(words, scale: 0) == nil, "\(words)") }
        #expect(numeric([0, 0, 0, 0], scale: -1) == nil)
        #expect(numeric([0, 0, 0, 0], scale: 19) == nil)
    }

    @Test("dates and instants are counted from 1970; infinities and what lies beyond our calendar are none")
    func calendar() {
        #expect(bytes(Int32(0)).withUnsafeBytes(BinaryValue.date) == 10_957)
        #expect(bytes(Int64(-1)).withUnsafeBytes(BinaryValue.instant) == 946_684_799_999_999)
        for days: Int32 in [.max, .min, .max - 1] { #expect(bytes(days).withUnsafeBytes(BinaryValue.date) == nil) }
        for time: Int64 in [.max, .min, .max - 1] { #expect(bytes(time).withUnsafeBytes(BinaryValue.instant) == nil) }
    }

    @Test("numbers of the wrong size give nothing")
    func sizes() {
        for count in 0...20 where count != 8 {
            [UInt8](repeating: 1, count: count).withUnsafeBytes { bytes in
                #expect(BinaryValue.integer(bytes, Int64.self) == nil)
                #expect(BinaryValue.instant(bytes) == nil)
                if count != 4 { #expect(BinaryValue.double(bytes) == nil && BinaryValue.date(bytes) == nil) }
            }
        }
    }

    @Test("hostile and cut bytes never crash", arguments: 0..<20 as Range<UInt64>)
    func hostile(seed: UInt64) {
        var chance = SeededBytes(seed: seed)
        for _ in 0..<5_000 {
            var bytes = chance.bytes(upTo: 40)
            // Half of them begin as a numeric does that means what it says, so that the digits are reached.
            if bytes.count >= 8, chance.next() % 2 == 0 {
                bytes[0] = 0
                bytes[1] = UInt8((bytes.count - 8) / 2)
                bytes[4] = chance.next() % 2 == 0 ? 0 : 0x40
                bytes[5] = 0
            }
            bytes.withUnsafeBytes { bytes in
                for scale in [-1, 0, 2, 18, 40] { _ = BinaryValue.numeric(bytes, scale: scale) }
                _ = BinaryValue.numericScale(bytes)
                _ = BinaryValue.date(bytes)
                _ = BinaryValue.instant(bytes)
                _ = BinaryValue.double(bytes)
                _ = BinaryValue.integer(bytes, Int16.self)
            }
        }
    }

    private func numeric(_ words: [UInt16], scale: Int) -> Int64? {
        words.flatMap(bytes).withUnsafeBytes { BinaryValue.numeric($0, scale: scale) }
    }

    private func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        return bytes
    }
}

/// The same bytes for the same seed.
private struct SeededBytes: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func bytes(upTo count: Int) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
