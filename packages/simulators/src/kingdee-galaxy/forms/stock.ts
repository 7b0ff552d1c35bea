/** 仓库 BD_STOCK: the fields of the vendor's save template, required ones marked as there. */
import { BASE_DATA_FIELDS, fieldList, type Form } from "../form.ts";

export const STOCK_FORM: Form = {
  id: "BD_STOCK",
  name: "仓库",
  bill: false,
  masterKey: "FStockId",
  numberKey: "FNumber",
  numberPrefix: "CK",
  header: fieldList(
    `FNumber 编码 text *
     FName 名称 mltext *
     FCreateOrgId 创建组织 base:ORG_Organizations * =org
     FUseOrgId 使用组织 base:ORG_Organizations * =org
     FStockProperty 仓库属性 enum * =1
     FStockStatusType 库存状态类型 text * =0,1,2,3,4,5,6,7,8
     FDefStockStatusId 默认库存状态 base:BD_StockStatus
     FDefReceiveStatusId 默认收料状态 base:BD_StockStatus
     FThirdStockType 第三方仓储类型 enum
     FThirdStockNo 第三方仓库编码 text
     FSupplierId 供应商 base:BD_Supplier
     FCustomerId 客户 base:BD_Customer
     FAddress 仓库地址 mltext
     FPrincipal 仓库负责人 base:BD_Empinfo
     FTel 联系电话 text
     FGroup 分组 base:BD_STOCK_GROUP
     FDescription 描述 mltext
     FAllowMinusQty 允许即时库存负库存 bool
     FAllowLock 允许锁库 bool =true
     FAllowMRPPlan 允许MRP计划 bool =true
     FAllowATPCheck 允许ATP检查 bool =true
     FIsOpenLocation 启用仓位管理 bool
     FAvailablePicking 参与拣货 bool
     FAvailableAlert 参与预警 bool =true
     FNotExpQty 不参与可发量统计 bool
     FIsGYStock 管易仓库 bool
     FSortingPriority 分拣优先级 int
     FLocListFormatter 仓位列表格式 text
     FDeptId 部门 base:BD_Department
     FSysDefault 系统预置 bool`,
    BASE_DATA_FIELDS,
  ),
  entries: [
    {
      key: "FStockFlexItem",
      name: "仓位值集",
      property: "StockFlexItem",
      single: false,
      fields: fieldList("FFlexId 仓位值集 base:BD_FLEXVALUES\nFIsMustInput 是否必录 bool"),
    },
  ],
};
