import Foundation
import RollbookModel

/// Whether students who attend more have better grades.
extension ReferenceAnswers {
    private struct Student {
        let rate: ExactRatio
        let work: [Work]
        var mean: ExactRatio { work.scores.mean ?? ExactRatio(0) }
    }

    var attendanceCorrelation: Answer {
        let students = school.students.compactMap { attending($0.id) }
        let rows = (0..<10).reversed().compactMap { tenth -> [Value]? in
            let inside = students.filter { student in
                let isBelow = tenth == 9 || student.rate < ExactRatio(Int128(tenth) * 10 + 10)
                return isBelow && student.rate >= ExactRatio(Int128(tenth) * 10)
            }
            if inside.isEmpty { return nil }
            let work = inside.flatMap(\.work)
            return [
                count(tenth * 10), count(tenth * 10 + 10), count(inside.count), count(work.count), work.average,
                work.lowest, work.highest, work.deviation,
            ]
        }
        return Answer(rows: rows, totalCount: rows.count, summary: summary(students))
    }

    /// A student with attendance other than excused and a graded submission, both in the window.
    private func attending(_ student: Int64) -> Student? {
        let days = number("days", 90)
        let work = gradedWork.filter { $0.student == student && isInWindow($0.at, days: days) }
        let register = school.attendance.filter {
            $0.student == student && isInWindow($0.date, days: days) && $0.status != "excused"
        }
        if work.isEmpty || register.isEmpty { return nil }
        let present = register.filter {
            $0.status == "present" || ($0.status == "late" && policy.lateCountsAsPresent)
        }
        return Student(rate: ExactRatio(100 * Int128(present.count), Int128(register.count)), work: work)
    }

    private func summary(_ students: [Student]) -> [Value] {
        guard let rate = students.map(\.rate).mean, let grade = students.map(\.mean).mean else {
            return [count(0), .null, .null, .null, .null]
        }
        let xx = students.map { ($0.rate - rate) * ($0.rate - rate) }.sum
        let yy = students.map { ($0.mean - grade) * ($0.mean - grade) }.sum
        let xy = students.map { ($0.rate - rate) * ($0.mean - grade) }.sum
        let hasR = xx.numerator != 0 && yy.numerator != 0
        let r = hasR ? xy.doubleValue / (xx.doubleValue.squareRoot() * yy.doubleValue.squareRoot()) : 0
        var interval: (Value, Value) = (.null, .null)
        if hasR, students.count >= 4 {
            let reach = 1.959963984540054 / Double(students.count - 3).squareRoot()
            let bounded = max(-1, min(1, r))
            interval = (fourDecimals(tanh(atanh(bounded) - reach)), fourDecimals(tanh(atanh(bounded) + reach)))
        }
        return [
            count(students.count), hasR ? fourDecimals(r) : .null, xy.divided(by: xx).rounded, interval.0, interval.1,
        ]
    }

    private func fourDecimals(_ number: Double) -> Value {
        .decimal(FixedDecimal(units: Int64((number * 10_000).rounded(.toNearestOrAwayFromZero)), scale: 4))
    }
}
