import RollbookModel

extension HandSchool {
    /// An answer worked out by hand: cells as they are printed, with `-` for nothing.
    struct ExpectedAnswer {
        let question: SchoolQuestion
        let rows: [[String]]
        let totalCount: Int
        var summary: [String]?
    }

    private static let berlin = Policy(timeZone: Zone(identifier: "Europe/Berlin") ?? .utc)

    private static func expect(
        _ name: String, _ parameters: [String: String], policy: Policy = Policy(), of total: Int? = nil,
        summary: [String]? = nil, _ table: String
    ) -> ExpectedAnswer {
        let rows = table.split(separator: "\n").map { line in
            line.split(separator: "|").map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
        return ExpectedAnswer(
            question: SchoolQuestion(name, parameters, policy: policy, asOf: asOf), rows: rows,
            totalCount: total ?? rows.count, summary: summary)
    }

    static let expectedAnswers: [ExpectedAnswer] = studentAnswers + schoolAnswers + viewAnswers

    private static let studentAnswers = [
        expect(
            "student-progress", ["student": "1"],
            """
            2025-03-17 | 1 | 90   | 100 | 90    | 90  | -
            2025-03-24 | 4 | 77.5 | 75  | 69.99 | 100 | 15
            """),
        expect(
            "student-progress", ["student": "1", "by": "day", "days": "2"], policy: berlin,
            """
            2025-03-30 | 1 | 70    | 100 | 70    | 70    | -
            2025-03-31 | 1 | 70.01 | 100 | 70.01 | 70.01 | -
            """),
        expect(
            "student-progress", ["student": "1", "by": "month", "days": "90", "offset": "1", "limit": "1"],
            policy: Policy(passMark: FixedDecimal(units: 6_000, scale: 2)), of: 2,
            "2025-03-01 | 5 | 80 | 100 | 69.99 | 100 | 14.14"),
        expect("student-progress", ["student": "4"], ""),
        expect(
            "subject-comparison", ["student": "1"],
            """
            2 | Physics     | 2 | 90   | 89.99 | 90  | 0   | 0.01 | 100 | 2025-03-23T23:59:59.999999Z | 23.02
            1 | Mathematics | 4 | 77.5 | 69.99 | 100 | 225 | 15   | 75  | 2025-03-30T22:00:00Z        | 2.31
            """),
        expect(
            "student-engagement", ["days": "10"],
            """
            1 | Ada | Byron  | 6 | 5 | 50 | 80 | 2025-03-31T12:00:00Z        | 1.5
            3 | Cy  | Ünal   | 2 | 1 | 10 | 80 | 2025-03-24T12:00:00.000001Z | 0
            4 | Di  | Dee    | 2 | 1 | 10 | -  | 2025-03-31T23:59:59.999999Z | 1
            2 | Bo  | O'Hara | 1 | 1 | 10 | 0  | 2025-03-25T08:00:00Z        | -
            """),
        expect(
            "top-performers", ["min_submissions": "1", "limit": "3"], of: 7,
            """
            1 | Mathematics | 1 | 2 | Bo  | O'Hara | 3 | 80   | 90  | 2025-03-01T08:00:00Z | 2025-03-21T08:00:00Z
            1 | Mathematics | 2 | 3 | Cy  | Ünal   | 2 | 80   | 80  | 2025-03-24T12:00:00Z | 2025-03-24T12:00:00.000001Z
            1 | Mathematics | 3 | 1 | Ada | Byron  | 4 | 77.5 | 100 | 2025-03-24T00:00:00Z | 2025-03-30T22:00:00Z
            2 | Physics     | 1 | 6 | Flo | Fox    | 1 | 100  | 100 | 2025-03-15T10:00:00Z | 2025-03-15T10:00:00Z
            2 | Physics     | 2 | 1 | Ada | Byron  | 2 | 90   | 90  | 2025-02-28T23:30:00Z | 2025-03-23T23:59:59.999999Z
            2 | Physics     | 3 | 2 | Bo  | O'Hara | 1 | 0    | 0   | 2025-03-25T08:00:00Z | 2025-03-25T08:00:00Z
            """),
        expect(
            "bottom-performers", ["subject": "1", "min_submissions": "1", "limit": "2", "offset": "1"], of: 4,
            """
            1 | Mathematics | 2 | 1 | Ada | Byron  | 4 | 77.5 | 100 | 2025-03-24T00:00:00Z | 2025-03-30T22:00:00Z | 25
            1 | Mathematics | 3 | 2 | Bo  | O'Hara | 3 | 80   | 90  | 2025-03-01T08:00:00Z | 2025-03-21T08:00:00Z | 0
            """),
    ]

    private static let schoolAnswers = [
        expect(
            "teacher-workload", ["teacher": "1"],
            "1 | 1 | 3 | 0 | 2 | 6 | 6 | 6 | 6 | - | 2025-04-01T05:30:00Z"),
        expect(
            "teacher-workload", ["teacher": "1"], policy: berlin,
            "1 | 1 | 4 | 2 | 2 | 1.75 | 1.75 | 1 | 2.5 | 50 | 2025-03-10T12:30:00Z"),
        expect(
            "teacher-workload", ["teacher": "1", "days": "31"],
            "1 | 3 | 7 | 2 | 4 | 3.17 | 2.5 | 1 | 6 | 50 | 2025-04-01T05:30:00Z"),
        expect("teacher-workload", ["teacher": "2"], ""),
        expect(
            "attendance-correlation", [:], summary: ["3", "0.2563", "0.08", "-", "-"],
            """
            90 | 100 | 1 | 6 | 81.67 | 69.99 | 100 | 13.29
            50 | 60  | 1 | 4 | 60    | 0     | 90  | 40.82
            20 | 30  | 1 | 2 | 80    | 80    | 80  | 0
            """),
        expect(
            "attendance-correlation", [:], policy: Policy(lateCountsAsPresent: false),
            """
            60 | 70 | 1 | 6 | 81.67 | 69.99 | 100 | 13.29
            50 | 60 | 1 | 4 | 60    | 0     | 90  | 40.82
            0  | 10 | 1 | 2 | 80    | 80    | 80  | 0
            """),
        expect(
            "class-trends", ["by": "month", "days": "31"],
            """
            1 | 7a | 2025-03-01 | 2 | 7 | 77.14 | 69.99 | 90  | 85.71
            2 | 7b | 2025-03-01 | 2 | 6 | 78.33 | 69.99 | 100 | 83.33
            """),
        expect("class-trends", ["class": "3"], ""),
        expect(
            "engagement-trend", ["by": "week", "days": "8"],
            """
            2025-03-24 | 3 | 7 | 7 | 67.14
            2025-03-31 | 2 | 3 | 0 | -
            """),
    ]

    private static let viewAnswers = [
        expect(
            "student_grade_summary", [:],
            """
            1 | 1 | 4 | 77.5 | 75  | 2025-03-24T00:00:00Z | 2025-03-30T22:00:00Z
            1 | 2 | 2 | 90   | 100 | 2025-02-28T23:30:00Z | 2025-03-23T23:59:59.999999Z
            2 | 1 | 3 | 80   | 100 | 2025-03-01T08:00:00Z | 2025-03-21T08:00:00Z
            2 | 2 | 1 | 0    | 0   | 2025-03-25T08:00:00Z | 2025-03-25T08:00:00Z
            3 | 1 | 2 | 80   | 100 | 2025-03-24T12:00:00Z | 2025-03-24T12:00:00.000001Z
            5 | 1 | 1 | 50   | 0   | 2025-03-20T10:00:00Z | 2025-03-20T10:00:00Z
            6 | 2 | 2 | 50   | 50  | 2025-03-15T10:00:00Z | 2025-04-01T00:00:00Z
            """),
        expect(
            "class_progress_summary", [:],
            """
            1 | 1 | 2 | 6 | 75    | 83.33 | 50
            1 | 2 | 2 | 5 | 90    | 100   | 40
            2 | 1 | 2 | 6 | 78.33 | 83.33 | 66.67
            3 | 3 | 1 | 0 | -     | -     | -
            """),
        expect(
            "teacher_workload", [:],
            """
            1 | 3 | 8 | 3 | 4 | 190 | 2025-04-01T05:30:00Z | 33.33
            2 | 0 | 0 | 0 | 0 | -   | -                    | -
            """),
        expect(
            "subject_performance", [:],
            """
            1 | Mathematics | 4 | 10 | 76 | 50 | 100 | 20 | 60 | 20 | 2025-03-30T22:00:00Z
            2 | Physics     | 4 | 5  | 56 | 0  | 100 | 40 | 20 | 40 | 2025-04-01T00:00:00Z
            3 | Art         | 0 | 0  | -  | -  | -   | -  | -  | -  | -
            """),
    ]

    /// Every report by each period, for each student, teacher, subject and class, under several definitions.
    static let furtherQuestions: [SchoolQuestion] = {
        let low = Policy(passMark: FixedDecimal(units: 6_000, scale: 2), lateCountsAsPresent: false)
        return [Policy(), berlin, low].flatMap { policy in
            let periods = Period.allCases.flatMap { period -> [(String, [String: String])] in
                let by = period.rawValue
                return (1...studentCount).map { ("student-progress", ["student": "\($0)", "by": by, "days": "60"]) } + [
                    ("class-trends", ["by": by]), ("class-trends", ["by": by, "class": "2", "limit": "1"]),
                    ("engagement-trend", ["by": by]),
                ]
            }
            let others: [(String, [String: String])] =
                (1...studentCount).map { ("subject-comparison", ["student": "\($0)"]) } + [
                    ("teacher-workload", ["teacher": "1", "days": "29"]), ("attendance-correlation", ["days": "91"]),
                    ("attendance-correlation", ["days": "1"]), ("top-performers", [:]), ("bottom-performers", [:]),
                    ("student-engagement", ["limit": "2", "offset": "1"]), ("student_grade_summary", ["offset": "5"]),
                    ("class_progress_summary", [:]), ("teacher_workload", [:]), ("subject_performance", [:]),
                ]
            return (periods + others).map { SchoolQuestion($0, $1, policy: policy, asOf: asOf) }
        }
    }()
}
