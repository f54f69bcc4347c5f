/// How made-up marks come about. All are hundredths of a point.
struct SchoolMarks: Sendable {
    let seed: UInt64

    /// What a student makes of one piece of work in a slot's subject, `difficulty` points harder than others.
    func score(_ student: Int, _ profile: StudentProfile, slot: Int, difficulty: Int, day: Int, _ chance: inout Chance)
        -> Int32
    {
        // Now and then a sheet is handed in empty.
        if chance.happens(perThousand: 4) { return 0 }
        var affinity = Chance(seed, .affinity, student, slot)
        let trend = profile.trend * StudentProfile.progress(by: day) / 1000
        let exact =
            7_900 + profile.ability * 900 / 1000 + affinity.deviation() * 400 / 1000 - difficulty + trend
            + chance.deviation() * 800 / 1000
        return Int32(Self.rounded(min(max(exact, 0), 10_000), chance.below(20)))
    }

    /// How much harder than others a piece of work is.
    func difficulty(_ work: Int) -> Int {
        var chance = Chance(seed, .difficulty, work)
        return chance.deviation() * 500 / 1000
    }

    /// Most marks are whole points, some halves; only a computer gives hundredths.
    private static func rounded(_ score: Int, _ kind: Int) -> Int {
        switch kind {
        case 0..<11: (score + 50) / 100 * 100
        case 11..<16: (score + 25) / 50 * 50
        default: score
        }
    }
}
