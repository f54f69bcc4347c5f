import Synchronization

/// Whether a server still wants questions. Whoever ends a server drains it first, so that what stands before it sends its
/// questions elsewhere while the server still answers.
public final class ReadinessState: Sendable {
    private let draining = Atomic<Bool>(false)

    /// A server that takes questions.
    public init() {}

    /// Whether the server is about to end.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Says from now on that the server is not ready; it goes on answering.
    public func drain() { draining.store(true, ordering: .relaxed) }
}
