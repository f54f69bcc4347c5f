/// One part of a running warehouse, and whether it does what it is there for.
public struct HealthPart: Hashable, Sendable {
    /// How a part is, from well to ill.
    public enum State: String, Comparable, Sendable {
        /// It does what it is there for.
        case ok
        /// Answers stay right without it, but are slower, older or less safe than they should be.
        case degraded
        /// Without it nothing can be answered.
        case failed

        /// Whether one is better than another.
        public static func < (better: State, worse: State) -> Bool { better.rank < worse.rank }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .degraded: 1
            case .failed: 2
            }
        }
    }

    /// What it is, in words with underscores: `shared_cache`, `job_refresh`, `view_student_grade_summary`.
    public let name: String
    /// How it is.
    public let state: State
    /// Why it is not well, in one sentence without anybody's data; nil where it is.
    public let reason: String?

    /// Describes a part that is well.
    public static func well(_ name: String) -> HealthPart { HealthPart(name: name, state: .ok, reason: nil) }

    /// Describes a part that is not well, and why.
    public static func degraded(_ name: String, because reason: String) -> HealthPart {
        HealthPart(name: name, state: .degraded, reason: reason)
    }

    /// Describes a part without which nothing can be answered, and why.
    public static func failed(_ name: String, because reason: String) -> HealthPart {
        HealthPart(name: name, state: .failed, reason: reason)
    }
}

/// What can say how it is. Asked by health checks every few seconds: it must answer at once, from what it knows.
public protocol HealthSource: Sendable {
    /// The parts, each with its state.
    func health() async -> [HealthPart]
}
