import RollbookModel
import Testing

@testable import RollbookCache

@Suite struct SharedFormatTests {
    private static let state = DataState(storeID: "0f3b", version: 7, mark: "9c41")
    private static let own = key().with(state)

    private static func kept(_ text: String = #"{"report":"x","served_by":"memory","rows":[]}"#) -> EncodedAnswer {
        EncodedAnswer(
            body: Array(text.utf8), generatedAt: Instant(microsecondsSinceEpoch: 1_772_366_400_123_456),
            dataState: state)
    }

    private static let bytes = SharedFormat.encode(kept(), under: own)

    @Test(arguments: ["", "{}", "ä\u{0}\n", String(repeating: "x", count: 100_000)])
    func whatIsWrittenIsRead(text: String) throws {
        let written = Self.kept(text)
        let read = try #require(SharedFormat.decode(SharedFormat.encode(written, under: Self.own), under: Self.own))
        #expect(read.body == written.body)
        #expect(read.entityTag == written.entityTag)
        #expect(read.generatedAt == written.generatedAt)
        #expect(read.dataState == Self.state)
    }

    @Test func aValueUnderAnotherKeyIsNone() {
        let others = [
            key(student: 2).with(Self.state), key("student-progres").with(Self.state),
            Self.own.with(DataState(storeID: "0f3b", version: 8, mark: "9c41")),
            Self.own.with(DataState(storeID: "0f3b", version: 7, mark: "9c42")),
            Self.own.with(DataState(storeID: "1f3b", version: 7, mark: "9c41")),
        ]
        for other in others { #expect(SharedFormat.decode(Self.bytes, under: other) == nil) }
    }

    @Test func aValueThatWasCutOrGrewIsNone() {
        for length in 0..<Self.bytes.count {
            #expect(SharedFormat.decode(Array(Self.bytes.prefix(length)), under: Self.own) == nil)
        }
        for further in [0, 0x0A, 0x7D] as [UInt8] {
            #expect(SharedFormat.decode(Self.bytes + [further], under: Self.own) == nil)
        }
    }

    @Test func noChangedBitIsTakenForAnAnswer() {
        for position in Self.bytes.indices {
            for bit in 0..<8 {
                var changed = Self.bytes
                changed[position] ^= 1 << bit
                #expect(SharedFormat.decode(changed, under: Self.own) == nil, "byte \(position), bit \(bit)")
            }
        }
    }

    @Test(arguments: 0..<20)
    func garbageIsNone(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            // Half of it begins as an answer does, with any length of the head.
            if Bool.random(using: &generator) { bytes.insert(contentsOf: Self.bytes.prefix(4), at: 0) }
            #expect(SharedFormat.decode(bytes, under: Self.own) == nil)
            // Or it is an answer in which a piece was replaced.
            var mixed = Self.bytes
            let start = Int.random(in: 0..<mixed.count, using: &generator)
            let end = min(mixed.count, start + Int.random(in: 1...16, using: &generator))
            let piece = (start..<end).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            mixed.replaceSubrange(start..<end, with: piece)
            if mixed != Self.bytes { #expect(SharedFormat.decode(mixed, under: Self.own) == nil) }
        }
    }

    @Test func whoServesIsSaidWithoutAnotherTag() throws {
        let text = #"{"parameters":{"x":"\"served_by\":\"memory\""},"served_by":"memory","execution_time_ms":1}"#
        let kept = Self.kept(text)
        let served = kept.served(by: "redis")
        #expect(
            String(decoding: served.body, as: UTF8.self)
                == text.replacing(#","served_by":"memory""#, with: #","served_by":"redis""#))
        #expect(served.entityTag == kept.entityTag)
        #expect(Self.kept("{}").served(by: "redis").body == Array("{}".utf8))
    }

    @Test func anOldAnswerSaysHowOldItIsAndHasAnotherTag() {
        let kept = Self.kept(#"{"served_by":"memory","rows":[]}"#)
        let stale = kept.stale(age: 90)
        #expect(
            String(decoding: stale.body, as: UTF8.self) == #"{"served_by":"memory","stale":true,"age":90,"rows":[]}"#)
        #expect(stale.entityTag != kept.entityTag)
    }

    @Test func aDigestStandsForTextAndState() {
        let digests = [
            Self.own.digest, key(student: 2).with(Self.state).digest,
            Self.own.with(DataState(storeID: "0f3b", version: 7, mark: "9c42")).digest,
        ]
        #expect(Set(digests).count == 3)
        #expect(digests.allSatisfy { $0.utf8.count == 32 })
    }
}
