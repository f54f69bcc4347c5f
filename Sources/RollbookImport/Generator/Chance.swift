/// Chance that can be repeated: numbers that look random and depend on nothing but what they are about.
///
/// Whoever asks about the same thing (a seed, a topic, one or two numbers) gets the same numbers, on every machine and in
/// any order of asking, so that nothing made up has to be remembered. All of it is arithmetic of whole numbers. The steps
/// are those of SplitMix64.
struct Chance {
    /// What the numbers decide, so that two decisions about the same student do not follow each other.
    enum Topic: UInt64 {
        case name, profile, placement, enrollment, affinity, teacher, title, difficulty
        case activity, hour, submission, assignment, review, attendance
    }

    private var state: UInt64

    init(_ seed: UInt64, _ topic: Topic, _ first: Int, _ second: Int = 0) {
        let about = Self.mix(seed &+ (topic.rawValue &+ 1) &* 0xD6E8_FEB8_6659_FD93)
        state = Self.mix(Self.mix(about &+ UInt64(truncatingIfNeeded: first)) &+ UInt64(truncatingIfNeeded: second))
    }

    /// The place of one of so many things, for a decision that is made again and again and must not change.
    static func choice(_ seed: UInt64, _ topic: Topic, _ first: Int, _ second: Int, of count: Int) -> Int {
        var chance = Chance(seed, topic, first, second)
        return chance.below(count)
    }

    /// The next 64 bits.
    mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number of `0..<bound`, all alike.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: bits().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of the range, all alike.
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// Whether something happens that happens so many times in a thousand.
    mutating func happens(perThousand share: Int) -> Bool { below(1000) < share }

    /// One of a few things, all alike.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A distance from the mean in thousandths of a standard deviation, spread almost like a bell: the sum of four even
    /// numbers of 16 bits each, whose standard deviation is 37,837. It stays within -3,464...3,464.
    mutating func deviation() -> Int {
        let bits = bits()
        let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
        return (Int(sum) - 131_070) * 1000 / 37_837
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
