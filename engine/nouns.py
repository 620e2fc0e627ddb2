"""What refusals call the things they speak of, in both languages."""

from __future__ import annotations

from engine.errors import Words

ATTACHMENT = Words("附件", "attachment")
CALL = Words("外部调用", "outside call")
CASE = Words("工单", "case")
CLIENT = Words("业主单位", "client")
CONTRACT = Words("合同", "contract")
DECISION = Words("决策", "decision")
DEFINITION = Words("流程定义", "process definition")
DESIGN = Words("设计稿", "design")
DEVICE = Words("设备", "device")
JOB = Words("作业", "job")
KEY = Words("密钥", "key")
ORGANISATION = Words("单位", "organisation")
PACK = Words("策略包", "policy pack")
POINT = Words("点位", "point")
PROCESS = Words("流程", "process")
RELEASE = Words("发布申请", "release")
SESSION = Words("登录", "session")
STORY = Words("用例", "story")
TASK = Words("任务", "task")
USER = Words("用户", "user")

STATES = {"completed": Words("结束", "completed"), "cancelled": Words("撤销", "cancelled")}
DESIGN_ENDS = {"published": Words("发布", "published"), "discarded": Words("删除", "discarded")}
RELEASE_ENDS = {
    "published": Words("发布", "published"),
    "returned": Words("退回", "returned"),
    "withdrawn": Words("撤回", "withdrawn"),
}
NOT_A_CANDIDATE = Words("您不在该任务的候选人之列", "you are not among its candidates")
NOT_A_STARTER = Words("您的岗位不能发起该流程", "your roles may not start this process")
NOT_YOURS = Words("该任务不在您名下", "it is not yours")
NOT_SUBMITTED_BY_YOU = Words("只有提交人可以撤回发布申请", "only who has submitted a release withdraws it")
NO_CANDIDATES = Words("该任务只指派给您，没有可退回的候选人", "it is yours alone, there is nobody to give it back to")
OPERATORS_ONLY = Words("仅限运行管理员在服务器上执行", "only an operator at the server may")
