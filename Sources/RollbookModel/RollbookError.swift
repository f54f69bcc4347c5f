/// What went wrong, in words for the person who can mend it, with a code for the program that must react.
///
/// The message names the thing and says what was expected. It never carries a record's values: errors reach logs, and
/// students' data must not.
public struct RollbookError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure: a caller decides by it what to do next.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's stable spelling, as it appears in problem documents.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// An argument, parameter, setting or flag is not what it may be.
        public static let invalidArgument = Code("invalid-argument")
        /// A report, view, student, teacher, subject or class of that name does not exist.
        public static let notFound = Code("not-found")
        /// A source holds records that cannot be stored, more than were allowed.
        public static let rejectedRecords = Code("rejected-records")
        /// A file or folder is missing, unreadable or not what its name promises.
        public static let unreadableSource = Code("unreadable-source")
        /// The views have never been filled, or the database lacks what the question needs.
        public static let notReady = Code("not-ready")
        /// The deadline passed before the answer was there.
        public static let timedOut = Code("timed-out")
        /// The caller went away, or the process is shutting down.
        public static let cancelled = Code("cancelled")
        /// Too many questions at once: this one waited until its deadline.
        public static let overloaded = Code("overloaded")
        /// The engine cannot be reached, or its database is locked by somebody else.
        public static let unavailable = Code("unavailable")
        /// The database's user may not do this; another one may.
        public static let notPermitted = Code("not-permitted")
        /// It runs already, here or elsewhere, and runs once at a time.
        public static let busy = Code("busy")
        /// The engine ran out of the memory or disk it was given.
        public static let outOfResources = Code("out-of-resources")
        /// The engine refused a statement: a defect of Rollbook or of the database.
        public static let engineFailure = Code("engine-failure")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and what was expected instead, without any record's values.
    public let message: String
    /// The parameter, flag, column or file that is to blame, where there is one.
    public let subject: String?
    /// The engine's own words and number, kept for whoever searches them.
    public let engineMessage: String?
    /// The failure underneath, where there is one.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, subject: String? = nil, engineMessage: String? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.subject = subject
        self.engineMessage = engineMessage
        self.underlying = underlying
    }

    /// The message alone; values of records never stand in it.
    public var description: String { message }
}
