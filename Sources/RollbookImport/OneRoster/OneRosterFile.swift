import RollbookModel

/// The files of a bundle that hold something Rollbook keeps, in the order in which they are read.
enum OneRosterFile: String, CaseIterable, Sendable {
    case users
    case roles
    case courses
    case classes
    case enrollments
    case lineItems
    case results

    /// How the specification wants a value spelled.
    enum Spelling: Hashable, Sendable {
        case oneOf([String])
        case date
        case dateTime
    }

    /// The tables that the file fills.
    var tables: [RecordTable] {
        switch self {
        case .users: [.students, .teachers]
        case .roles: []
        case .courses: [.subjects]
        case .classes: [.subjects, .classes]
        case .enrollments: [.enrollments, .classTeachers]
        case .lineItems: [.materials]
        case .results: [.materialSubmissions]
        }
    }

    /// The columns without which the file means nothing to Rollbook.
    var neededColumns: [String] {
        switch self {
        case .users: ["sourcedId", "givenName", "familyName"]
        case .roles: ["userSourcedId", "role"]
        case .courses: ["sourcedId", "title"]
        case .classes: ["sourcedId", "title", "courseSourcedId"]
        case .enrollments: ["sourcedId", "classSourcedId", "userSourcedId", "role"]
        case .lineItems: ["sourcedId", "title", "classSourcedId"]
        case .results: ["sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate"]
        }
    }

    /// The columns that OneRoster 1.1 and 1.2 have, in such an order that each version's own order is part of it.
    var knownColumns: [String] {
        ["sourcedId", "status", "dateLastModified"] + ownColumns.split(separator: " ").map(String.init)
    }

    private var ownColumns: String {
        switch self {
        case .users:
            "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone "
                + "agentSourcedIds grades password userMasterIdentifier preferredGivenName preferredMiddleName "
                + "preferredFamilyName primaryOrgSourcedId pronouns"
        case .roles: "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId"
        case .courses: "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes"
        case .classes:
            "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects "
                + "subjectCodes periods"
        case .enrollments: "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate"
        case .lineItems:
            "title description assignDate dueDate classSourcedId categorySourcedId gradingPeriodSourcedId "
                + "academicSessionSourcedId resultValueMin resultValueMax schoolSourcedId"
        case .results:
            "lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment textScore classSourcedId "
                + "inProgress incomplete late missing"
        }
    }

    /// The columns whose spelling is looked at, so that dirt is reported where it does no harm too.
    var spellings: [(column: String, spelling: Spelling)] {
        [("dateLastModified", .dateTime)] + ownSpellings
    }

    private var ownSpellings: [(column: String, spelling: Spelling)] {
        let boolean = Spelling.oneOf(["true", "false"])
        return switch self {
        case .users: [("enabledUser", boolean)]
        case .roles: [("roleType", .oneOf(["primary", "secondary"])), ("beginDate", .date), ("endDate", .date)]
        case .courses: []
        case .classes: [("classType", .oneOf(["homeroom", "scheduled"]))]
        case .enrollments:
            [
                ("role", .oneOf(["administrator", "proctor", "student", "teacher"])), ("primary", boolean),
                ("beginDate", .date), ("endDate", .date),
            ]
        case .lineItems: [("assignDate", .date), ("dueDate", .date)]
        case .results:
            [("scoreStatus", .oneOf(OneRosterScoreStatus.allCases.map(\.rawValue))), ("scoreDate", .date)]
        }
    }
}

/// How far the grading of a result is.
enum OneRosterScoreStatus: String, CaseIterable {
    case exempt
    case fullyGraded = "fully graded"
    case notSubmitted = "not submitted"
    case partiallyGraded = "partially graded"
    case submitted
}
