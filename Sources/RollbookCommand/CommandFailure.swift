import RollbookModel

/// How the program ends, by the numbers of `sysexits.h` where there is one.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case usage = 64
    case rejected = 65
    case noInput = 66
    case unavailable = 69
    case defect = 70
    case outOfResources = 71
    case cannotCreate = 73
    case tryAgain = 75
    case notPermitted = 77
    case busy = 80
    case interrupted = 130

    /// What the number says, for the help.
    var meaning: String {
        switch self {
        case .usage: "an argument, flag or setting is not what it may be, or names nothing that exists"
        case .rejected: "records were rejected, more than --max-rejects; nothing was imported"
        case .noInput: "a source or database is missing or cannot be read"
        case .unavailable: "the database is locked, or not ready for the question"
        case .defect: "a defect of Rollbook or of the database"
        case .outOfResources: "memory or disk is used up"
        case .cannotCreate: "a file or folder cannot be created"
        case .tryAgain: "the question timed out, or too many were asked"
        case .notPermitted: "the database's user may not do this"
        case .busy: "the job runs already, here or elsewhere"
        case .interrupted: "interrupted"
        }
    }
}

/// A failure as the person at the terminal sees it.
struct CommandFailure: Error {
    /// How the program ends.
    let status: ExitStatus
    /// What happened, and what was expected instead.
    let message: String
    /// What to do next, a line each.
    let hints: [String]

    init(_ status: ExitStatus, _ message: String, hints: [String] = []) {
        self.status = status
        self.message = message
        self.hints = hints
    }

    /// Says what a failure from below means here.
    init(_ error: any Error, showsEngineWords: Bool = false) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as RollbookError where error.code == .cancelled: self.init(.interrupted, "interrupted")
        case let error as RollbookError:
            let words = showsEngineWords ? error.engineMessage.map { ["the engine says: \($0)"] } : nil
            self.init(Self.status(of: error.code), error.message, hints: Self.hints(for: error.code) + (words ?? []))
        case is CancellationError: self.init(.interrupted, "interrupted")
        default: self.init(.defect, "\(error)")
        }
    }

    private static func status(of code: RollbookError.Code) -> ExitStatus {
        switch code {
        case .invalidArgument, .notFound: .usage
        case .rejectedRecords: .rejected
        case .unreadableSource: .noInput
        case .notReady, .unavailable: .unavailable
        case .timedOut, .overloaded: .tryAgain
        case .cancelled: .interrupted
        case .notPermitted: .notPermitted
        case .busy: .busy
        case .outOfResources: .outOfResources
        default: .defect
        }
    }

    private static func hints(for code: RollbookError.Code) -> [String] {
        switch code {
        case .timedOut: ["the limit is the setting query_timeout (ROLLBOOK_QUERY_TIMEOUT, in seconds)"]
        case .outOfResources: ["the limit is the setting memory_limit (ROLLBOOK_MEMORY_LIMIT)"]
        default: []
        }
    }
}
