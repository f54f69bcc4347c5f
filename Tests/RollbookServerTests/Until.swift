import Testing

/// Waits until something holds; the limit only turns a defect into a failure.
func until(_ what: String, _ holds: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !holds() {
        guard ContinuousClock.now < deadline else {
            Issue.record("it never came about that \(what)")
            return
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
