import RollbookCache
import RollbookModel
import Synchronization

/// SplitMix64: the same seed, the same numbers.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A clock that stands still until it is told to move.
final class ManualClock: Sendable {
    private let nanoseconds = Mutex<Int64>(0)

    var now: @Sendable () -> Int64 { { [self] in nanoseconds.withLock { $0 } } }

    func advance(by duration: Duration) {
        nanoseconds.withLock { $0 += Int64(duration / .nanoseconds(1)) }
    }
}

/// Something that goes wrong on purpose.
struct Failure: Error, Equatable {}

func key(_ report: String = "student-progress", student: Int64 = 1, version: Int64 = 1) -> AnswerKey {
    AnswerKey(
        report: report, parameters: [NamedValue("student", .integer(student))], policy: Policy(),
        date: CalendarDate(daysSinceEpoch: 16_130), asOf: nil, permissions: "all", sqlFingerprint: "f1",
        dataState: DataState(version: version))
}

func answer(bytes: Int = 100, filledWith byte: UInt8 = 0x20, version: Int64 = 1) -> EncodedAnswer {
    EncodedAnswer(
        body: [UInt8](repeating: byte, count: bytes), generatedAt: Instant(secondsSinceEpoch: 0),
        dataState: DataState(version: version))
}

/// A number that many tasks may change at once.
final class Counter: Sendable {
    private let number: Atomic<Int64>

    init(_ number: Int64 = 0) { self.number = Atomic(number) }

    var value: Int64 { number.load(ordering: .acquiring) }

    /// Adds one and gives the sum.
    @discardableResult
    func increment() -> Int64 { number.add(1, ordering: .acquiringAndReleasing).newValue }
}
