/// When a connection that failed is tried again: soon at first, then ever later, and never all servers at the same moment.
struct ReconnectPlan {
    /// The longest wait.
    static let longest = Duration.seconds(5)
    private static let shortest = Duration.milliseconds(50)

    private(set) var failures = 0

    /// The wait after one more failure.
    ///
    /// - Parameter chance: between 0 and 1.
    mutating func delay(chance: Double = .random(in: 0...1)) -> Duration {
        defer { failures = min(failures + 1, 16) }
        let full = min(Self.shortest * (1 << failures), Self.longest)
        return full * (0.5 + chance / 2)
    }

    /// It has done what it is there for.
    mutating func succeeded() { failures = 0 }
}
