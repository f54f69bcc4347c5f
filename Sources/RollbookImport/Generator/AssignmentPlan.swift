/// An assignment of a class, with what its submissions need to know.
struct PlannedAssignment: Sendable {
    let index: Int
    let classIndex: Int
    let teacher: Int
    /// Which of the class's assignments it is.
    let number: Int
    /// The day of the year and the second of that day when it was set.
    let day: Int
    let second: Int
    /// The day of the year in whose evening it is due, or nil.
    let dueDay: Int?
}

/// Which assignments there are.
enum AssignmentPlan {
    /// All assignments of the year, in the order in which they were set: about three for each class, more from
    /// some teachers and fewer from others.
    static func assignments(of school: SchoolPlan) -> [PlannedAssignment] {
        var found: [PlannedAssignment] = []
        for classIndex in 0..<school.layout.classCount { append(ofClass: classIndex, in: school, to: &found) }
        found.sort { ($0.day, $0.second, $0.classIndex, $0.number) < ($1.day, $1.second, $1.classIndex, $1.number) }
        return found.enumerated().map { index, assignment in
            PlannedAssignment(
                index: index, classIndex: assignment.classIndex, teacher: assignment.teacher,
                number: assignment.number, day: assignment.day, second: assignment.second,
                dueDay: assignment.dueDay)
        }
    }

    private static func append(ofClass classIndex: Int, in school: SchoolPlan, to found: inout [PlannedAssignment]) {
        let (layout, days) = (school.layout, school.calendar.schoolDays)
        let teacher = layout.teacher(ofClass: classIndex)
        let count = yearlyCounts[Chance.choice(school.seed, .teacher, teacher, 1, of: yearlyCounts.count)]
        for number in 0..<count {
            var chance = Chance(school.seed, .assignment, classIndex, number)
            // Somewhere in its share of the year's school days.
            let day = days[(number * 100 + chance.below(100)) * days.count / (count * 100)]
            let due = min(day + chance.within(4...14), SchoolCalendar.length - 1)
            let second = chance.within(8 * 3600...16 * 3600 - 1)
            let isByOther = chance.happens(perThousand: 250)
            let author = isByOther ? layout.secondTeacher(ofClass: classIndex) ?? teacher : teacher
            found.append(
                PlannedAssignment(
                    index: 0, classIndex: classIndex, teacher: author, number: number, day: day, second: second,
                    dueDay: chance.happens(perThousand: 60) ? nil : due))
        }
    }

    /// How many assignments a teacher sets a class in a year; three on average.
    private static let yearlyCounts = [1, 2, 2, 2, 3, 3, 3, 3, 4, 7]
}
