import RollbookModel

extension Task where Success == Never, Failure == Never {
    /// - Throws: ``RollbookError`` with `cancelled` where the task was cancelled.
    package static func checkNotCancelled() throws {
        if isCancelled { throw RollbookError(.cancelled, "the caller went away") }
    }
}
